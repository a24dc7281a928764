//! ECS, ECR, Application Auto Scaling.

use crate::meaning::row::TypeMeaning;

pub(super) const ROWS: &[TypeMeaning] = &[];
