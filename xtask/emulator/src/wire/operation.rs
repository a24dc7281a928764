//! The operations that are served, and the two services that they belong to.

/// A service with an API of its own, at the same address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// CloudFormation, version 2010-05-15.
    CloudFormation,
    /// STS, version 2011-06-15: clients ask it who they are.
    Sts,
}

impl Service {
    /// Of the name in a signature's scope, or of the host.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "cloudformation" => Some(Self::CloudFormation),
            "sts" => Some(Self::Sts),
            _ => None,
        }
    }

    #[must_use]
    pub const fn namespace(self) -> &'static str {
        match self {
            Self::CloudFormation => "http://cloudformation.amazonaws.com/doc/2010-05-15/",
            Self::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
        }
    }

    #[must_use]
    pub const fn version(self) -> &'static str {
        match self {
            Self::CloudFormation => "2010-05-15",
            Self::Sts => "2011-06-15",
        }
    }
}

macro_rules! operations {
    ($($service:ident: $($name:ident)*;)*) => {
        /// An operation, as `Action` names it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Operation {
            $($(
                #[doc = concat!("`", stringify!($name), "`.")]
                $name,
            )*)*
        }

        impl Operation {
            /// Every operation that is served.
            pub const ALL: &[Self] = &[$($(Self::$name),*),*];

            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $($(Self::$name => stringify!($name),)*)*
                }
            }

            #[must_use]
            pub const fn service(self) -> Service {
                match self {
                    $($(Self::$name)|* => Service::$service,)*
                }
            }
        }
    };
}

operations! {
    Sts: GetCallerIdentity;
    CloudFormation:
        CancelUpdateStack
        ContinueUpdateRollback
        CreateChangeSet
        CreateStack
        DeleteChangeSet
        DeleteStack
        DescribeChangeSet
        DescribeEvents
        DescribeStackDriftDetectionStatus
        DescribeStackEvents
        DescribeStackResource
        DescribeStackResourceDrifts
        DescribeStackResources
        DescribeStacks
        DetectStackDrift
        ExecuteChangeSet
        GetStackPolicy
        GetTemplate
        GetTemplateSummary
        ListChangeSets
        ListExports
        ListImports
        ListStackResources
        ListStacks
        RollbackStack
        SetStackPolicy
        SignalResource
        UpdateStack
        UpdateTerminationProtection
        ValidateTemplate;
}

impl Operation {
    #[must_use]
    pub fn find(name: &str, version: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|operation| operation.name() == name && operation.service().version() == version)
    }

    /// Whether it changes nothing. AWS names such operations by these verbs; `DetectStackDrift`,
    /// which leaves its findings, is none of them.
    #[must_use]
    pub fn is_reading(self) -> bool {
        ["Describe", "Get", "List", "Validate"]
            .iter()
            .any(|verb| self.name().starts_with(verb))
    }
}
