use core::{fmt, str::FromStr};

/// Expands the list of codes to the enum, [`FaultCode::ALL`] and the names.
macro_rules! codes {
    ($($(#[$doc:meta])+ $name:ident = $number:literal)+) => {
        /// The kind of a provable fault; the discriminant is its number in statements and files.
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
    /// The operand of an assertion is not the expected value.
    FailedAssertion = 1
    /// Division by zero, or inversion of zero.
    DivideByZero = 2
    /// An operand that must be 0 or 1 is not.
    NotBinaryValue = 3
    /// An operand that must be below 2^32 is not.
    NotU32Value = 4
    /// The memory address is 2^32 or more.
    MemoryAddressOutOfRange = 5
    /// The free memory pointer would leave its range.
    InvalidFmpValue = 6
    /// The caller is requested outside of a system call.
    CallerNotInSyscall = 7
    /// A system call makes a call.
    CallInSyscall = 8
    /// A called procedure returns with more than 16 stack items.
    InvalidStackDepthOnReturn = 9
    /// The kernel does not have the procedure of a system call.
    SyscallTargetNotInKernel = 10
    /// The program has not ended within the public cycle limit.
    CycleLimitExceeded = 11
}

impl FaultCode {
    /// Its number in statements and files; 0 is not assigned.
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

/// Error of parsing the name of a fault.
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

    /// Parses a name as [`FaultCode::name`] writes it.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|code| code.name() == name).ok_or(UnknownFaultCode)
    }
}
