//! The column before a line's text that says when it arrived.

/// What the column shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Times {
    /// Nothing; there is no column.
    #[default]
    None,
    /// The time of day.
    Clock,
    /// The time since the session began.
    Since,
}

impl Times {
    /// The next of them; without a time of day there is none to show.
    #[must_use]
    pub fn next(self, clock: bool) -> Self {
        match self {
            Self::None if clock => Self::Clock,
            Self::None | Self::Clock => Self::Since,
            Self::Since => Self::None,
        }
    }

    /// Columns that it takes, the blank after it included.
    pub fn width(self) -> usize {
        match self {
            Self::None => 0,
            Self::Clock | Self::Since => 10,
        }
    }
}
