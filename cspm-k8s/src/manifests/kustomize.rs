//! Patches of Kustomize: they are written as objects are, and are parts of objects that stand elsewhere. To be judged they are
//! rendered first, by `kustomize build`.

use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use cspm_core::Data;

use super::yaml;

/// What Kustomize looks for in a folder:
/// <https://kubectl.docs.kubernetes.io/references/kustomize/glossary/#kustomization>.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
/// A longer one is not looked at.
const MAX_BYTES: u64 = 1 << 20;

/// The files that are patches.
#[derive(Debug, Default)]
pub(super) struct Patches(HashSet<PathBuf>);

impl Patches {
    /// The patches that the kustomizations beside these files name.
    pub(super) fn beside<'p>(files: impl IntoIterator<Item = &'p Path>) -> Self {
        let folders: BTreeSet<&Path> = files.into_iter().filter_map(Path::parent).collect();
        let mut found = HashSet::new();
        for folder in folders {
            let kustomizations = NAMES.iter().filter_map(|name| read(&folder.join(name)));
            for path in kustomizations.flat_map(|kustomization| named(&kustomization)) {
                found.extend(fs::canonicalize(folder.join(path)));
            }
        }
        Self(found)
    }

    /// Whether a file is one.
    pub(super) fn contain(&self, file: &Path) -> bool {
        !self.0.is_empty() && fs::canonicalize(file).is_ok_and(|file| self.0.contains(&file))
    }
}

/// A kustomization, if there is one and it can be read; what is wrong with it is told where it is read as a manifest.
fn read(path: &Path) -> Option<Data> {
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    File::open(path).ok()?.take(MAX_BYTES).read_to_string(&mut text).ok()?;
    yaml::one(&text).ok()
}

/// The files that its patches stand in:
/// <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/>. A patch may stand in it itself, too.
fn named(kustomization: &Data) -> Vec<String> {
    let list = |key: &str| kustomization.get(key).and_then(Data::as_list).unwrap_or_default().iter();
    let paths = list("patches").chain(list("patchesJson6902")).filter_map(|patch| patch.get("path"));
    let texts = paths.chain(list("patchesStrategicMerge")).filter_map(Data::as_str);
    texts.filter(|text| !text.contains('\n')).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_are_the_files_that_kustomizations_name() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("base/patches")).unwrap();
        fs::create_dir(at("overlay")).unwrap();
        let files = ["base/app.yaml", "base/patches/a.yaml", "base/b.yaml", "overlay/c.yaml", "overlay/d.yaml"];
        files.iter().for_each(|file| fs::write(at(file), "").unwrap());
        let base = "resources: [app.yaml]\npatches: [{path: patches/a.yaml}, {patch: '- op: remove'}]\n\
            patchesStrategicMerge: [b.yaml, \"kind: Pod\\nmetadata: {}\"]\n";
        fs::write(at("base/kustomization.yaml"), base).unwrap();
        fs::write(at("overlay/Kustomization"), "patchesJson6902: [{path: ../overlay/c.yaml, target: {}}]").unwrap();
        let paths: Vec<_> = files.iter().map(|file| at(file)).collect();
        let patches = Patches::beside(paths.iter().map(PathBuf::as_path));
        let told: Vec<_> = paths.iter().map(|path| patches.contain(path)).collect();
        assert_eq!(told, [false, true, true, true, false]);
    }

    #[test]
    fn a_kustomization_that_cannot_be_read_names_none() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("kustomization.yaml"), "patches: [").unwrap();
        fs::write(folder.path().join("a.yaml"), "").unwrap();
        let file = folder.path().join("a.yaml");
        assert!(!Patches::beside([file.as_path()]).contain(&file));
        assert!(!Patches::default().contain(Path::new("-")));
    }
}
