//! What to do first about a failure that no rule knows, by the kind of failure that its words speak of.
//!
//! A guess by words never changes anything by itself: it is told, and only a tool that is missing by name gets the
//! commands that install it. What a row speaks of is `diagnose`'s question.

use std::collections::BTreeMap;

use super::packages::Wanted;
use super::{Fix, Machine, Remedies};
use crate::diagnose::finding::Finding;
use crate::diagnose::rule::{Category, Kind, Risk, Shape};
use crate::locale::Lang;
use crate::locale::ui::Say;

/// The id of that guidance.
const FIRST_STEPS: &str = "first-steps";

impl Remedies {
    /// What to do first about a finding that no rule made; nothing about others.
    pub(super) fn first_steps(&self, finding: &Finding, machine: &Machine, lang: Lang) -> Vec<Fix> {
        if finding.kind != Kind::Unknown {
            return Vec::new();
        }
        let subject = finding.subject();
        let tool = finding.category == Category::MissingTool && Shape::Tool.fits(subject);
        let install = tool.then(|| self.provide(Wanted::Tool(subject), machine, lang)).flatten();
        let guide = guide(finding.category).map(|say| Fix {
            id: FIRST_STEPS.to_owned(),
            title: Say::FirstTitle.text(lang).to_owned(),
            risk: Risk::Safe,
            commands: Vec::new(),
            env: BTreeMap::new(),
            guide: say.text(lang).to_owned(),
            verify: String::new(),
        });
        install.into_iter().chain(guide).collect()
    }
}

fn guide(category: Category) -> Option<Say> {
    Some(match category {
        Category::DiskFull => Say::FirstDiskFull,
        Category::OutOfMemory => Say::FirstOutOfMemory,
        Category::RegistryRateLimit => Say::FirstRegistryRateLimit,
        Category::Tls => Say::FirstTls,
        Category::Proxy => Say::FirstProxy,
        Category::Dns => Say::FirstDns,
        Category::ConnectionRefused => Say::FirstConnectionRefused,
        Category::NetworkTimeout | Category::GitTransfer => Say::FirstNetworkTimeout,
        Category::DockerDaemon => Say::FirstDockerDaemon,
        Category::Credentials => Say::FirstCredentials,
        Category::HttpStatus => Say::FirstHttpStatus,
        Category::PortInUse => Say::FirstPortInUse,
        Category::FileLimit => Say::FirstFileLimit,
        Category::ReadOnlyFs => Say::FirstReadOnlyFs,
        Category::Permission => Say::FirstPermission,
        Category::ExecFormat => Say::FirstExecFormat,
        Category::GlibcVersion => Say::FirstGlibcVersion,
        Category::Checksum => Say::FirstChecksum,
        Category::MissingTool => Say::FirstMissingTool,
        Category::MissingHeader => Say::FirstMissingHeader,
        Category::MissingLibrary => Say::FirstMissingLibrary,
        Category::ArchUnsupported => Say::FirstArchUnsupported,
        Category::SyntaxError => Say::FirstSyntaxError,
        Category::LinkerError => Say::FirstLinkerError,
        Category::GoModule => Say::FirstGoModule,
        Category::GoVersion => Say::FirstGoVersion,
        Category::Codegen => Say::FirstCodegen,
        Category::ArchiveCorrupt => Say::FirstArchiveCorrupt,
        Category::ImageMissing => Say::FirstImageMissing,
        Category::PackageManager => Say::FirstPackageManager,
        Category::Lint => Say::FirstLint,
        Category::GitState => Say::FirstGitState,
        Category::KernelConfig => Say::FirstKernelConfig,
        Category::ServiceFailure => Say::FirstServiceFailure,
        Category::TestFailure => Say::FirstTestFailure,
        Category::CompileError => Say::FirstCompileError,
        _ => return None,
    })
}
