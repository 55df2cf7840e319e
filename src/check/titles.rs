//! Two pages of one title in one folder: the menu and search results show them alike.

use std::collections::BTreeMap;

use crate::bilingual;
use crate::diagnostics::{Diagnostic, Place, Severity};
use crate::site::Site;
use crate::source::Project;

pub(super) fn check(site: &Site, project: &Project, found: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for page in &site.pages {
        let folder = page
            .source
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        let (title, here) = (page.title.as_str(), page.source.as_str());
        let Some(other) = first.get(&(folder, title)) else {
            first.insert((folder, title), here);
            continue;
        };
        let message = bilingual!(
            "같은 폴더에 제목이 같은 노트가 있습니다: `{title}` (`{other}`)",
            "Another note of this folder has the same title: `{title}` (`{other}`)"
        );
        let hint = bilingual!(
            "메뉴와 검색 결과에서 가려 볼 수 있게 제목을 다르게 적으세요.",
            "Give them different titles, so that the menu and the search tell them apart."
        );
        let shown = project.shown(&project.content.join(here));
        found.push(
            Diagnostic::new(Severity::Note, "duplicate-title", message)
                .at(Place::file(&shown))
                .hint(hint),
        );
    }
}
