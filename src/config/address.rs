//! Where to listen, as people write it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

use crate::text;

/// An address and a port, written `127.0.0.1:4665`, `[::1]:4665` or `localhost:4665`. Other names are not looked up: what
/// is listened on must not depend on who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct Address(SocketAddr);

impl Address {
    /// The address.
    pub fn get(self) -> SocketAddr {
        self.0
    }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        Self(address)
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, String> {
        let local = || {
            let port = written.strip_prefix("localhost:")?.parse().ok()?;
            Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port))
        };
        let address = written.parse().ok().or_else(local);
        address
            .map(Self)
            .ok_or_else(|| format!("`{}` is not ADDR:PORT, such as 127.0.0.1:4665", text::visible(written)))
    }
}

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        written.parse()
    }
}
