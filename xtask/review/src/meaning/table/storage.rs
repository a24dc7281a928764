//! S3.

use crate::meaning::row::TypeMeaning;

pub(super) const ROWS: &[TypeMeaning] = &[];
