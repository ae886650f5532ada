//! The error numbers of WASI preview 1.

use std::io;

/// An error number as a guest's libc knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errno(pub u16);

impl Errno {
    pub const ACCES: Self = Self(2);
    pub const BADF: Self = Self(8);
    pub const DQUOT: Self = Self(19);
    pub const EXIST: Self = Self(20);
    pub const FAULT: Self = Self(21);
    pub const FBIG: Self = Self(22);
    pub const ILSEQ: Self = Self(25);
    pub const INVAL: Self = Self(28);
    pub const IO: Self = Self(29);
    pub const ISDIR: Self = Self(31);
    pub const LOOP: Self = Self(32);
    pub const MFILE: Self = Self(33);
    pub const NAMETOOLONG: Self = Self(37);
    pub const NOENT: Self = Self(44);
    pub const NOSPC: Self = Self(51);
    pub const NOSYS: Self = Self(52);
    pub const NOTDIR: Self = Self(54);
    pub const NOTEMPTY: Self = Self(55);
    pub const NOTSUP: Self = Self(58);
    pub const ROFS: Self = Self(69);
    pub const SPIPE: Self = Self(70);
}

impl From<rustix::io::Errno> for Errno {
    fn from(errno: rustix::io::Errno) -> Self {
        use rustix::io::Errno as E;
        match errno {
            // XDEV is the kernel's answer to a path that leaves its folder.
            E::ACCESS | E::PERM | E::XDEV => Self::ACCES,
            E::EXIST => Self::EXIST,
            E::FBIG => Self::FBIG,
            E::INVAL => Self::INVAL,
            E::ISDIR => Self::ISDIR,
            // The kernel's answer to a path that meets a symbolic link.
            E::LOOP => Self::LOOP,
            E::MFILE | E::NFILE => Self::MFILE,
            E::NAMETOOLONG => Self::NAMETOOLONG,
            E::NOENT => Self::NOENT,
            E::NOSPC | E::DQUOT => Self::NOSPC,
            E::NOTDIR => Self::NOTDIR,
            E::NOTEMPTY => Self::NOTEMPTY,
            E::ROFS => Self::ROFS,

            _ => Self::IO,
        }
    }
}

impl From<io::Error> for Errno {
    fn from(error: io::Error) -> Self {
        rustix::io::Errno::from_io_error(&error).map_or(Self::IO, Self::from)
    }
}
