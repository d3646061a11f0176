use std::path::{Path, PathBuf};

/// Where the project lies and where it is built.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
}

impl Place {
    pub(crate) fn find() -> Self {
        let own = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = own.parent().map_or_else(|| own.clone(), Path::to_path_buf);
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |dir| root.join(dir));
        Self { root, target }
    }

    /// The program `fairlead`, as the build profile left it in `folder` (`debug` or `release`).
    pub(crate) fn fairlead(&self, folder: &str) -> PathBuf {
        self.target
            .join(folder)
            .join(format!("fairlead{}", std::env::consts::EXE_SUFFIX))
    }

    /// Where cargo-nextest writes its results, as `.config/nextest.toml` says.
    pub(crate) fn nextest_store(&self) -> PathBuf {
        self.root.join("target").join("nextest")
    }

    /// The published contract that tests hold the wire against. It lies beside the project, since
    /// it is Microsoft's text and not the project's.
    pub(crate) fn contract(&self) -> Option<PathBuf> {
        let beside = self.root.parent()?.join("shared").join("contract");
        beside.is_dir().then_some(beside)
    }
}
