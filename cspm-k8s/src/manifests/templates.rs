//! Templates of Helm and the like, which are no manifests before something is put into them.

use std::collections::BTreeMap;
use std::path::Path;

use cspm_core::{Error, ErrorKind};

/// The folder of a chart with its templates. <https://helm.sh/docs/topics/charts/#the-chart-file-structure>
const TEMPLATES: &str = "templates";
/// What makes a folder a chart.
const CHART: &str = "Chart.yaml";

/// The templates that were met instead of manifests.
#[derive(Default)]
pub(super) struct Templates {
    /// How many there are of a chart, or in a folder.
    found: BTreeMap<String, Found>,
}

#[derive(Default)]
struct Found {
    documents: usize,
    chart: bool,
}

impl Templates {
    /// Whether a document with `{{` in it is a template: everything is among the templates of a chart, and elsewhere what
    /// cannot be read. Rules of Prometheus and workflows have braces in their texts as well.
    pub(super) fn is_one(&self, path: Option<&Path>, readable: bool) -> bool {
        !readable || path.is_some_and(|path| chart(path).is_some())
    }

    /// A document of a file is a template.
    pub(super) fn add(&mut self, path: Option<&Path>, file: &str) {
        let chart = path.and_then(chart);
        let folder = chart.or_else(|| path.and_then(Path::parent).filter(|parent| !parent.as_os_str().is_empty()));
        let folder = folder.map_or_else(|| file.to_owned(), |folder| folder.display().to_string());
        let found = self.found.entry(folder).or_default();
        found.documents += 1;
        found.chart = chart.is_some();
    }

    /// What to do about them: one hint for each chart or folder.
    pub(super) fn hints(&self) -> impl Iterator<Item = Error> {
        self.found.iter().map(|(folder, Found { documents, chart })| {
            let attempted = match documents {
                1 => format!("read a template in {folder}"),
                _ => format!("read {documents} templates in {folder}"),
            };
            let help = match chart {
                true => format!("render the chart first: helm template {folder} | cspm scan manifests -"),
                false => {
                    "there is `{{` in it: have what the template is for put in first, and read the result".to_owned()
                }
            };
            Error::new(ErrorKind::Format, attempted).with_help(help)
        })
    }
}

/// The chart among whose templates a file is.
fn chart(path: &Path) -> Option<&Path> {
    let mut folders =
        path.ancestors().skip(1).filter(|folder| folder.file_name().is_some_and(|name| name == TEMPLATES));
    folders.find_map(|folder| folder.parent().filter(|parent| parent.join(CHART).is_file()))
}
