//! VPC, subnets, routes, gateways, security groups.

use crate::meaning::row::TypeMeaning;

pub(super) const ROWS: &[TypeMeaning] = &[];
