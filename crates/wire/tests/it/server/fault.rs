use std::time::Duration;

use super::{Connection, JSON, answer, good};

/// A way for a server to misbehave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    ResetBeforeReading,
    CloseBeforeReading,
    ResetAfterReading,
    CloseAfterReading,
    /// Half of the body that `Content-Length` announces, then the end.
    HalfBodyClosed,
    HalfBodyReset,
    /// A chunk, and no last one.
    ChunksCut,
    Html,
    NoType,
    CutJson,
    Packed,
    Garbage,
    SlowHead,
    SlowBody,
    EndlessBody,
    HugeLength,
    EndlessHead,
    Status(u16),
    /// A status and its body cut short.
    StatusCut(u16),
}

impl Fault {
    /// Does it on a connection; where the connection lives on, again for the next request.
    pub(crate) async fn happen(self, mut connection: Connection) {
        if self == Self::CloseBeforeReading {
            return;
        }
        if self == Self::ResetBeforeReading {
            connection.stream.set_zero_linger().unwrap();
            return;
        }
        while connection.request().await.is_some() {
            if !self.answer(&mut connection).await {
                return;
            }
        }
    }

    /// Whether the connection lives on.
    async fn answer(self, connection: &mut Connection) -> bool {
        let cut = |status| {
            format!(
                "HTTP/1.1 {status} X\r\ncontent-length: 99\r\ncontent-type: application/json\r\n\r\n{{\"a\":"
            )
        };
        match self {
            Self::ResetBeforeReading | Self::CloseBeforeReading | Self::CloseAfterReading => {
                return false;
            }
            Self::ResetAfterReading => {
                connection.stream.set_zero_linger().unwrap();
                return false;
            }
            Self::HalfBodyClosed => {
                connection.send(cut(200)).await;
                return false;
            }
            Self::HalfBodyReset => {
                connection.send(cut(200)).await;
                // The half arrives before the reset throws it away.
                tokio::time::sleep(Duration::from_millis(20)).await;
                connection.stream.set_zero_linger().unwrap();
                return false;
            }
            Self::ChunksCut => {
                let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-type: application/json\r\n\r\n";
                connection.send(format!("{head}2\r\n{{}}\r\n")).await;
                return false;
            }
            Self::Html => {
                let page = "<html>Sign in to the guest network</html>";
                connection
                    .send(answer(
                        200,
                        &[("content-type", "text/html; charset=utf-8")],
                        page,
                    ))
                    .await;
            }
            Self::NoType => connection.send(answer(200, &[], "{}")).await,
            Self::CutJson => connection.send(answer(200, &[JSON], r#"{"value":["#)).await,
            Self::Packed => {
                connection
                    .send(answer(200, &[JSON, ("content-encoding", "gzip")], "\x1f"))
                    .await;
            }
            Self::Garbage => {
                connection.send("SSH-2.0-OpenSSH_9.2\r\n\r\n").await;
                return false;
            }
            Self::SlowHead => {
                connection.send("HTTP/1.1 200 OK\r\n").await;
                connection.linger().await;
            }
            Self::SlowBody => {
                connection
                    .send("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
                    .await;
                for _ in 0..1000 {
                    connection.send("x").await;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
            Self::EndlessBody => {
                connection
                    .send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
                    .await;
                let chunk = format!("400\r\n{}\r\n", "x".repeat(1024));
                // Ends when the client has gone.
                while tokio::io::AsyncWriteExt::write_all(&mut connection.stream, chunk.as_bytes())
                    .await
                    .is_ok()
                {}
                return false;
            }
            Self::HugeLength => {
                connection
                    .send("HTTP/1.1 200 OK\r\ncontent-length: 999999999999999\r\n\r\n")
                    .await;
                connection.linger().await;
            }
            Self::EndlessHead => {
                connection.send("HTTP/1.1 200 OK\r\n").await;
                while tokio::io::AsyncWriteExt::write_all(&mut connection.stream, &[b'x'; 4096])
                    .await
                    .is_ok()
                {}
                return false;
            }
            Self::Status(status) => {
                connection
                    .send(answer(status, &[JSON], r#"{"error":{}}"#))
                    .await;
            }
            Self::StatusCut(status) => {
                connection.send(cut(status)).await;
                return false;
            }
        }
        true
    }

    /// Happens once, and then all is well.
    pub(crate) async fn happen_once(self, mut connection: Connection) {
        if connection.number == 0
            && matches!(self, Self::ResetBeforeReading | Self::CloseBeforeReading)
        {
            return self.happen(connection).await;
        }
        while let Some((number, _)) = connection.request().await {
            if number > 0 {
                connection.send(good()).await;
            } else if !self.answer(&mut connection).await {
                return;
            }
        }
    }
}
