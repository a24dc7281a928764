//! `ListExports`, `ListImports`.

use super::Call;
use crate::api::{Answer, ApiError, Export};
use crate::error::validation;
use crate::page::page;

impl Call<'_> {
    pub(super) fn list_exports(&self, next: &Option<String>) -> Result<Answer, ApiError> {
        let exports = self.here()?.exports.all().iter();
        Ok(Answer::Exports(page(
            exports.map(|(name, export)| Export {
                stack_id: export.stack_id.clone(),
                name: name.clone(),
                value: export.value.clone(),
            }),
            next.as_deref(),
            self.cloud.options.page_size,
        )?))
    }

    pub(super) fn list_imports(
        &self,
        export: &str,
        next: &Option<String>,
    ) -> Result<Answer, ApiError> {
        let exports = &self.here()?.exports;
        let mut importers = exports.importers(export).map(str::to_owned).peekable();
        if importers.peek().is_none() {
            return Err(validation(format!(
                "Export '{export}' is not imported by any stack."
            )));
        }
        Ok(Answer::Imports(page(
            importers,
            next.as_deref(),
            self.cloud.options.page_size,
        )?))
    }
}
