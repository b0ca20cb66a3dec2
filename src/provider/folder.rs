//! Where provider files are: inside the program, or in a folder of the user's.
//!
//! The two are read by the same code, so a user's own provider can do all that a built-in one can. Knows nothing of what
//! the files mean.

use std::ffi::OsStr;
use std::fs;
use std::io::{ErrorKind, Result};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use include_dir::{Dir, include_dir};

static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/providers");

/// A folder of provider folders, or one of those.
pub(super) enum Folder {
    /// Part of the program.
    BuiltIn(&'static Dir<'static>),
    /// Of the user's.
    OnDisk(PathBuf),
}

impl Folder {
    /// The folder of the built-in providers.
    pub(super) fn built_in() -> Self {
        Self::BuiltIn(&BUILT_IN)
    }

    /// The folders in it with their names; none where it does not exist. Hidden ones are somebody else's.
    pub(super) fn folders(&self) -> Result<Vec<(String, Folder)>> {
        match self {
            Self::BuiltIn(dir) => Ok(dir.dirs().map(|dir| (file_name(dir.path()), Self::BuiltIn(dir))).collect()),
            Self::OnDisk(path) => match fs::read_dir(path) {
                Ok(entries) => folders_on_disk(entries),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
                Err(error) => Err(error),
            },
        }
    }

    /// A file's bytes, or `None` where there is no such file.
    pub(super) fn read(&self, name: &str) -> Result<Option<Bytes>> {
        match self {
            // Entries of a built-in folder name themselves from the outermost one.
            Self::BuiltIn(dir) => {
                Ok(dir.get_file(dir.path().join(name)).map(|file| Bytes::from_static(file.contents())))
            }
            Self::OnDisk(path) => match fs::read(path.join(name)) {
                Ok(bytes) => Ok(Some(bytes.into())),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error),
            },
        }
    }

    /// What people are told a file in it is called.
    pub(super) fn path_of(&self, name: &str) -> PathBuf {
        match self {
            Self::BuiltIn(dir) => dir.path().join(name),
            Self::OnDisk(path) => path.join(name),
        }
    }
}

fn folders_on_disk(entries: fs::ReadDir) -> Result<Vec<(String, Folder)>> {
    let mut folders = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = file_name(&path);
        if path.is_dir() && !name.starts_with('.') {
            folders.push((name, Folder::OnDisk(path)));
        }
    }
    Ok(folders)
}

fn file_name(path: &Path) -> String {
    path.file_name().map(OsStr::to_string_lossy).unwrap_or_default().into_owned()
}
