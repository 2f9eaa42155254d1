//! What a kind of event is like stands in one table. Whoever tells all kinds apart by name would have to be found and
//! changed for each new one.

use std::collections::BTreeSet;
use std::path::Path;

use syn::visit::{self, Visit};
use syn::{ExprMatch, Pat};

use super::docstrings::libraries;
use super::modules::read;

/// The table, and what only a card can know: what a sample of each kind looks like. The simulation's judge knows the
/// kinds by itself, or it would believe a mistake in the table.
const MAY: [&str; 3] =
    ["crates/domain/src/event/kind.rs", "crates/text/src/announcement/sample.rs", "crates/simulation"];
/// As many kinds in one match are nearly all.
const NEARLY_ALL: usize = 3;

/// The largest number of kinds that one match names.
#[derive(Default)]
struct Matches(usize);

impl<'ast> Visit<'ast> for Matches {
    fn visit_expr_match(&mut self, expression: &'ast ExprMatch) {
        let mut kinds = Kinds::default();
        for arm in &expression.arms {
            kinds.visit_pat(&arm.pat);
        }
        self.0 = self.0.max(kinds.0.len());
        visit::visit_expr_match(self, expression);
    }
}

/// The kinds that patterns name.
#[derive(Default)]
struct Kinds(BTreeSet<String>);

impl<'ast> Visit<'ast> for Kinds {
    fn visit_pat(&mut self, pattern: &'ast Pat) {
        if let Pat::Path(path) = pattern {
            let names: Vec<_> = path.path.segments.iter().map(|one| one.ident.to_string()).collect();
            if let [.., of, kind] = names.as_slice()
                && of == "EventKind"
            {
                self.0.insert(kind.clone());
            }
        }
        visit::visit_pat(self, pattern);
    }
}

#[test]
fn nobody_but_the_table_tells_all_kinds_apart_by_name() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let modules = libraries().into_iter().flat_map(|root| read(&root).into_values());
    let told = modules.filter_map(|module| {
        let mut matches = Matches::default();
        for item in &module.items {
            matches.visit_item(item);
        }
        let file = module.file.strip_prefix(here).unwrap_or(&module.file).to_owned();
        let may = MAY.iter().any(|one| file.starts_with(one));
        (matches.0 >= NEARLY_ALL && !may).then_some(file)
    });
    assert_eq!(told.collect::<Vec<_>>(), Vec::<std::path::PathBuf>::new());
}
