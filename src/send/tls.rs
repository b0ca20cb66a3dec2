//! TLS to a target: whom to trust, and what it means when the handshake fails.
//!
//! The provider of cryptography is passed explicitly: rustls panics at first use when it must choose among several.

use std::sync::Arc;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};

/// Whose certificates are accepted.
#[derive(Clone, Debug, Default)]
pub enum Trust {
    /// Those that this system trusts.
    #[default]
    Platform,
    /// Those signed by these certificates (DER) alone.
    Roots(Arc<[Bytes]>),
}

/// A connection, encrypted or not.
pub(super) trait Socket: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Socket for T {}

#[cfg(not(feature = "tls"))]
pub(super) async fn handshake(
    _: tokio::net::TcpStream,
    target: &super::Target,
    _: &Trust,
) -> Result<Box<dyn Socket>, String> {
    Err(format!("{target} needs TLS, which this hookglass was built without (feature `tls`)"))
}

#[cfg(feature = "tls")]
pub(super) use with_rustls::handshake;

#[cfg(feature = "tls")]
mod with_rustls {
    use std::io;
    use std::sync::Arc;

    use bytes::Bytes;
    use rustls::crypto::{CryptoProvider, ring};
    use rustls::pki_types::{CertificateDer, ServerName};
    use rustls::{AlertDescription, CertificateError, ClientConfig, Error, RootCertStore};
    use rustls_platform_verifier::BuilderVerifierExt;
    use tokio::net::TcpStream;
    use tokio::sync::OnceCell;
    use tokio_rustls::TlsConnector;

    use super::{Socket, Trust};
    use crate::send::Target;
    use crate::text;

    /// What rustls's verifier calls an authority's certificate that a server shows as its own; it has no other name for it.
    const SIGNER_AS_SERVER: &str = "CaUsedAsEndEntity";

    /// Encrypts a connection to a target, or says why that fails.
    pub(in crate::send) async fn handshake(
        tcp: TcpStream,
        target: &Target,
        trust: &Trust,
    ) -> Result<Box<dyn Socket>, String> {
        let config = config(trust).await.map_err(|error| format!("TLS cannot be set up ({error})"))?;
        let name = ServerName::try_from(target.host().to_owned())
            .map_err(|_| format!("`{}` is a name that no certificate can be for", target.host()))?;
        match TlsConnector::from(config).connect(name, tcp).await {
            Ok(stream) => Ok(Box::new(stream)),
            Err(error) => Err(explain(target, &error)),
        }
    }

    async fn config(trust: &Trust) -> Result<Arc<ClientConfig>, Error> {
        /// Reading the system's certificates takes long enough to do it once, and only when it is needed.
        static PLATFORM: OnceCell<Arc<ClientConfig>> = OnceCell::const_new();
        match trust {
            Trust::Roots(roots) => trusting(roots),
            Trust::Platform => PLATFORM.get_or_try_init(trusting_platform).await.cloned(),
        }
    }

    async fn trusting_platform() -> Result<Arc<ClientConfig>, Error> {
        let build = || {
            let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
            Ok(over_http1(builder.with_platform_verifier()?.with_no_client_auth()))
        };
        tokio::task::spawn_blocking(build).await.unwrap_or_else(|error| Err(Error::General(error.to_string())))
    }

    fn trusting(roots: &[Bytes]) -> Result<Arc<ClientConfig>, Error> {
        let mut store = RootCertStore::empty();
        for root in roots {
            store.add(CertificateDer::from(root.to_vec()))?;
        }
        let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
        Ok(over_http1(builder.with_root_certificates(store).with_no_client_auth()))
    }

    fn provider() -> Arc<CryptoProvider> {
        Arc::new(ring::default_provider())
    }

    fn over_http1(mut config: ClientConfig) -> Arc<ClientConfig> {
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Arc::new(config)
    }

    fn explain(target: &Target, error: &io::Error) -> String {
        let (place, host) = (target.place(), target.host());
        let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) else {
            return format!("{place} ended the TLS handshake ({error})");
        };
        match error {
            Error::InvalidCertificate(reason) => match reason {
                CertificateError::UnknownIssuer => {
                    format!("the certificate of {host} is not trusted here: nobody known has signed it")
                }
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                    format!("the certificate of {place} is for another name than {host}")
                }
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                    format!("the certificate of {host} has expired")
                }
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                    format!("the certificate of {host} is not valid yet: is this machine's clock right?")
                }
                CertificateError::Other(other) if other.to_string() == SIGNER_AS_SERVER => format!(
                    "the certificate of {host} is for signing others (CA:TRUE), not for a server: \
                     `openssl req -x509` wants -addext basicConstraints=critical,CA:FALSE"
                ),
                other => format!("the certificate of {host} is not accepted ({})", text::visible(&other.to_string())),
            },
            Error::AlertReceived(AlertDescription::NoApplicationProtocol) => {
                format!("{place} speaks HTTP/2 only, and this sends HTTP/1.1")
            }
            Error::InvalidMessage(_) => format!("{place} does not speak TLS: use http://"),
            other => format!("the TLS handshake with {place} failed ({})", text::visible(&other.to_string())),
        }
    }
}
