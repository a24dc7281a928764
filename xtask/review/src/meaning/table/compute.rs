//! EC2 instances: Auto Scaling groups, launch templates, their scaling; Lambda functions; Systems Manager.

use crate::meaning::row::TypeMeaning;

pub(super) const ROWS: &[TypeMeaning] = &[];
