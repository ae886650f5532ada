//! The error numbers of WASI preview 1 that this host answers by itself.

/// An error number as a guest's libc knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errno(pub u16);

impl Errno {
    pub const BADF: Self = Self(8);
    pub const DQUOT: Self = Self(19);
    pub const FAULT: Self = Self(21);
    pub const FBIG: Self = Self(22);
    pub const ILSEQ: Self = Self(25);
    pub const INVAL: Self = Self(28);
    pub const MFILE: Self = Self(33);
    pub const NAMETOOLONG: Self = Self(37);
    pub const NOSPC: Self = Self(51);
    pub const NOSYS: Self = Self(52);
    pub const NOTSUP: Self = Self(58);
    pub const PERM: Self = Self(63);
}
