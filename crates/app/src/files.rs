use std::path::Path;

use fairlead_connect::ConnectError;

/// Writes a file with mode 0600, into place by rename. One that is there is replaced only where that is
/// wanted.
pub fn write_private(path: &Path, bytes: &[u8], overwrite: bool) -> Result<(), ConnectError> {
    Ok(fairlead_state::private::write_private(
        path, bytes, overwrite,
    )?)
}
