//! How the screen is shared among the panes: which are hidden, how large the user made them. It outlives the app.
//!
//! Owns the shapes of a screen, what can be moved in each, and the file that remembers it. Where the panes then
//! stand is `view::layout`'s business; it tells by [`Edge`]s what can be moved right now.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Deserialize;

use super::Pane;
use crate::locale::both;
use crate::yaml::{self, Problem, Spanned};

/// What kind of screen it is; each kind remembers sizes of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// One pane at a time.
    Single,
    /// One below the other, what has the focus taking what it needs.
    Narrow,
    /// One below the other, all of them.
    Tall,
    /// Stages and findings in a column of their own.
    Wide,
}

/// A size that the user can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Split {
    /// The width of the column of stages and findings.
    Column,
    /// The height of the stages.
    Stages,
    /// The height of the findings.
    Findings,
    /// The height of the details.
    Details,
    /// The height of the timeline.
    Timeline,
}

/// A size as it was drawn last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Whose size.
    pub split: Split,
    /// In cells.
    pub cells: u16,
    /// Of so many.
    pub total: u16,
}

/// A direction in which the focused pane is to grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Growth {
    /// A row more, or one less.
    Height(i16),
    /// Columns more, or less.
    Width(i16),
}

/// Shares are parts of so many.
const WHOLE: u32 = 1000;

impl Shape {
    const NAMED: [(Self, &'static str); 3] =
        [(Self::Narrow, "narrow"), (Self::Tall, "tall"), (Self::Wide, "wide")];
}

impl Split {
    const NAMED: [(Self, &'static str); 5] = [
        (Self::Column, "column"),
        (Self::Stages, "stages"),
        (Self::Findings, "findings"),
        (Self::Details, "details"),
        (Self::Timeline, "timeline"),
    ];
}

impl Pane {
    /// Every pane, in the order in which the focus goes.
    pub const ALL: [Self; 5] = [Self::Stages, Self::Log, Self::Findings, Self::Details, Self::Timeline];

    const NAMED: [(Self, &'static str); 4] = [
        (Self::Stages, "stages"),
        (Self::Findings, "findings"),
        (Self::Details, "details"),
        (Self::Timeline, "timeline"),
    ];
}

/// What the user made of the panes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrangement {
    hidden: BTreeSet<Pane>,
    shares: BTreeMap<(Shape, Split), u16>,
}

/// The file that remembers it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PanesFile {
    /// Panes that are not shown.
    #[serde(default)]
    hidden: Vec<Spanned<String>>,
    /// Sizes on a screen of little width, in thousandths of it.
    #[serde(default)]
    narrow: BTreeMap<String, Spanned<u16>>,
    /// The same on one that is high.
    #[serde(default)]
    tall: BTreeMap<String, Spanned<u16>>,
    /// The same on one that is wide.
    #[serde(default)]
    wide: BTreeMap<String, Spanned<u16>>,
}

impl Arrangement {
    /// Whether the user wants a pane away.
    pub fn hides(&self, pane: Pane) -> bool {
        self.hidden.contains(&pane)
    }

    /// Hides a pane; the log stays.
    pub fn hide(&mut self, pane: Pane) -> bool {
        pane != Pane::Log && self.hidden.insert(pane)
    }

    /// Shows a pane again.
    pub fn show(&mut self, pane: Pane) {
        self.hidden.remove(&pane);
    }

    /// How many of `total` cells the user gave it, where they did.
    pub fn cells(&self, shape: Shape, split: Split, total: u16) -> Option<u16> {
        let part = *self.shares.get(&(shape, split))?;
        Some(((u32::from(part) * u32::from(total) + WHOLE / 2) / WHOLE) as u16)
    }

    /// Gives it so many of `total` cells.
    pub fn give(&mut self, shape: Shape, split: Split, cells: u16, total: u16) {
        if total > 0 {
            let part = (u32::from(cells.min(total)) * WHOLE + u32::from(total) / 2) / u32::from(total);
            self.shares.insert((shape, split), part as u16);
        }
    }

    /// Whether nothing was changed.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Reads the file. Anything wrong with it, and the panes stand as they do at first.
    pub fn load(file: &str, text: &str) -> (Self, Vec<Problem>) {
        let (parsed, mut problems) = yaml::parse_all::<PanesFile>(file, text);
        let Some(parsed) = parsed else { return (Self::default(), problems) };
        let mut made = Self::default();
        for name in &parsed.hidden {
            match Pane::NAMED.iter().find(|(_, known)| *known == name.value) {
                Some((pane, _)) => drop(made.hidden.insert(*pane)),
                None => problems.push(unknown(file, name, &name.value, Pane::NAMED.map(|(_, known)| known))),
            }
        }
        for (shape, sizes) in
            [(Shape::Narrow, &parsed.narrow), (Shape::Tall, &parsed.tall), (Shape::Wide, &parsed.wide)]
        {
            for (name, share) in sizes {
                let split = Split::NAMED.iter().find(|(_, known)| known == name);
                let Some((split, _)) = split else {
                    problems.push(unknown(file, share, name, Split::NAMED.map(|(_, known)| known)));
                    continue;
                };
                if u32::from(share.value) <= WHOLE {
                    made.shares.insert((shape, *split), share.value);
                } else {
                    let value = share.value;
                    let message = both!(
                        "{name}: {value} is no share: expected 0 to {WHOLE}",
                        "{name}：{value} 不是份额；应为 0 到 {WHOLE}"
                    );
                    problems.push(Problem::at(file, share, message));
                }
            }
        }
        if problems.is_empty() { (made, problems) } else { (Self::default(), problems) }
    }

    /// The text of the file.
    pub fn to_yaml(&self) -> String {
        let mut text =
            "# The arrangement of ktui's panes, written when it is left; shares are thousandths of the screen.\n"
                .to_owned();
        let hidden: Vec<&str> =
            Pane::NAMED.iter().filter(|(pane, _)| self.hides(*pane)).map(|(_, name)| *name).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "hidden: [{}]", hidden.join(", "));
        for (shape, name) in Shape::NAMED {
            let sizes: Vec<String> = Split::NAMED
                .iter()
                .filter_map(|(split, name)| Some(format!("{name}: {}", self.shares.get(&(shape, *split))?)))
                .collect();
            if !sizes.is_empty() {
                let _ = writeln!(text, "{name}: {{{}}}", sizes.join(", "));
            }
        }
        text
    }
}

fn unknown<T>(
    file: &str,
    at: &Spanned<T>,
    name: &str,
    known: impl IntoIterator<Item = &'static str>,
) -> Problem {
    let known: Vec<&str> = known.into_iter().collect();
    let hint = yaml::did_you_mean(name, known.iter().copied());
    let expected = yaml::one_of(known.iter().copied());
    let message = both!(
        "`{name}` is nothing that can be arranged{hint} (expected {expected})",
        "`{name}` 不是可以布局的窗格{hint}（应为 {expected}）",
        hint,
        expected
    );
    Problem::at(file, at, message)
}

/// Which size a pane grows by, and whether it grows with it or as it shrinks: the first of these that is drawn.
fn levers(pane: Pane, growth: Growth) -> &'static [(Split, i16)] {
    use Split::{Column, Details, Findings, Stages, Timeline};
    match (pane, growth) {
        (Pane::Stages | Pane::Findings, Growth::Width(_)) => &[(Column, 1)],
        (Pane::Log | Pane::Details, Growth::Width(_)) => &[(Column, -1)],
        (Pane::Timeline, Growth::Width(_)) => &[],
        (Pane::Stages, Growth::Height(_)) => &[(Stages, 1)],
        (Pane::Findings, Growth::Height(_)) => &[(Findings, 1), (Stages, -1)],
        (Pane::Details, Growth::Height(_)) => &[(Details, 1)],
        (Pane::Timeline, Growth::Height(_)) => &[(Timeline, 1)],
        (Pane::Log, Growth::Height(_)) => &[(Details, -1), (Findings, -1), (Timeline, -1), (Stages, -1)],
    }
}

/// The size to change so that a pane grows so, and the cells that it then has.
pub(super) fn grow(pane: Pane, growth: Growth, edges: &[Edge]) -> Option<(Edge, u16)> {
    let by = match growth {
        Growth::Height(by) | Growth::Width(by) => by,
    };
    levers(pane, growth).iter().find_map(|(split, sign)| {
        let edge = edges.iter().find(|edge| edge.split == *split)?;
        Some((*edge, edge.cells.saturating_add_signed(by * sign)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut made = Arrangement::default();
        assert!(made.hide(Pane::Timeline) && !made.hide(Pane::Log), "the log stays");
        made.give(Shape::Wide, Split::Column, 40, 160);
        made.give(Shape::Wide, Split::Details, 13, 43);
        made.give(Shape::Tall, Split::Stages, 0, 50);
        let (read, problems) = Arrangement::load("panes.yaml", &made.to_yaml());
        assert_eq!((read, problems), (made, Vec::new()));
    }

    #[test]
    fn sizes_survive_to_the_cell() {
        let mut made = Arrangement::default();
        for total in [20, 43, 107, 500, 999] {
            for cells in 0..=total {
                made.give(Shape::Wide, Split::Details, cells, total);
                assert_eq!(made.cells(Shape::Wide, Split::Details, total), Some(cells), "{cells} of {total}");
            }
        }
    }

    #[test]
    fn a_file_with_faults_is_told_with_their_places_and_not_used() {
        let text = "hidden: [timeline, lug]\nwide: {column: 300, colum: 2}\ntall: {stages: 1001}\nflat: {}\n";
        let (read, problems) = Arrangement::load("panes.yaml", text);
        assert!(read.is_default());
        let said: Vec<String> =
            problems.iter().map(|problem| problem.text(crate::locale::Lang::En)).collect();
        for (line, part) in [(1, "`lug`"), (2, "did you mean `column`"), (3, "1001"), (4, "flat")] {
            let found = said
                .iter()
                .any(|text| text.starts_with(&format!("panes.yaml:{line}:")) && text.contains(part));
            assert!(found, "{line} {part}: {said:#?}");
        }
        assert!(Arrangement::load("panes.yaml", "").0.is_default());
    }

    #[test]
    fn a_pane_grows_by_the_size_that_is_drawn() {
        let edge = |split, cells| Edge { split, cells, total: 40 };
        let edges = [edge(Split::Stages, 6), edge(Split::Timeline, 5)];
        let taller = Growth::Height(1);
        assert_eq!(grow(Pane::Findings, taller, &edges), Some((edges[0], 5)));
        assert_eq!(grow(Pane::Log, taller, &edges), Some((edges[1], 4)));
        assert_eq!(grow(Pane::Details, taller, &edges), None);
    }
}
