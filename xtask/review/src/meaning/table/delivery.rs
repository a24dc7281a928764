//! CodePipeline, CodeBuild, events.

use crate::meaning::row::TypeMeaning;

pub(super) const ROWS: &[TypeMeaning] = &[];
