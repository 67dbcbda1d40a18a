use core::{fmt, str::FromStr};

/// Expands the list of codes to the enum, [`FaultCode::ALL`] and the names.
macro_rules! codes {
    ($($(#[$doc:meta])+ $name:ident = $number:literal)+) => {
        /// What went wrong in a fault that can be proven; the discriminant is its number in statements and files.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum FaultCode {
            $($(#[$doc])+ $name = $number,)+
        }

        impl FaultCode {
            /// All codes, by number.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Name of the kind of fault, as in the machine's specification.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)+
                }
            }
        }
    };
}

codes! {
    /// The operand of an assertion is not the value that it demands.
    FailedAssertion = 1
    /// Zero has no inverse, and nothing can be divided by it.
    DivideByZero = 2
    /// An operand that must be 0 or 1 is not.
    NotBinaryValue = 3
    /// An operand that must be below 2^32 is not.
    NotU32Value = 4
    /// There is no memory at this address.
    MemoryAddressOutOfRange = 5
    /// The free memory pointer would leave its range.
    InvalidFmpValue = 6
    /// Only a system call has a caller.
    CallerNotInSyscall = 7
    /// A system call cannot make calls.
    CallInSyscall = 8
    /// A procedure that was called returns with more stack items than it was given.
    InvalidStackDepthOnReturn = 9
    /// The procedure of a system call is not one of the kernel.
    SyscallTargetNotInKernel = 10
    /// The program has not ended within the public cycle limit.
    CycleLimitExceeded = 11
}

impl FaultCode {
    /// Number in statements and files; 0 is none.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The code with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.number() == number)
    }
}

impl fmt::Display for FaultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// There is no fault with this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownFaultCode;

impl core::error::Error for UnknownFaultCode {}

impl fmt::Display for UnknownFaultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the name of a fault; the names are")?;
        FaultCode::ALL.iter().try_for_each(|code| write!(f, " {code}"))
    }
}

impl FromStr for FaultCode {
    type Err = UnknownFaultCode;

    /// Reads a name, exactly as [`FaultCode::name`] writes it.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|code| code.name() == name).ok_or(UnknownFaultCode)
    }
}
