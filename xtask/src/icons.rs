use crate::failure::Failure;
use crate::needs::{Gaps, TO_DRAW, debian};
use crate::place::Place;
use crate::run::Run;

/// Edge lengths in pixels: title bars and trays (16 to 32), task bars (48), installers and
/// launchers (128 to 512).
const SIZES: [u32; 7] = [16, 24, 32, 48, 128, 256, 512];

/// Draws the pictures from the one drawing.
pub(crate) fn draw(place: &Place) -> Result<(), Failure> {
    let needs: Vec<_> = TO_DRAW.iter().collect();
    debian::install(&needs, Gaps::Refused)?;
    let folder = place.root.join("icons");
    for size in SIZES {
        let edge = size.to_string();
        Run::new("rsvg-convert")
            .folder(&folder)
            .args([
                "--width",
                &edge,
                "--height",
                &edge,
                "--output",
                &file_name(size),
            ])
            .arg("fairlead.svg")
            .go()?;
    }
    Ok(())
}

fn file_name(size: u32) -> String {
    format!("fairlead-{size}.png")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Width and height stand in the header chunk, which is the first (PNG specification, 11.2.1).
    #[test]
    fn every_picture_is_there_in_its_size() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../icons");
        for size in SIZES {
            let path = folder.join(file_name(size));
            let png = std::fs::read(&path).unwrap_or_else(|error| {
                panic!("{}: {error}; `cargo xtask icons` draws it", path.display())
            });
            assert_eq!(
                png.get(..8),
                Some(b"\x89PNG\r\n\x1a\n".as_slice()),
                "{}",
                path.display()
            );
            let edge = size.to_be_bytes();
            let found = (png.get(16..20), png.get(20..24));
            assert_eq!(
                found,
                (Some(edge.as_slice()), Some(edge.as_slice())),
                "{}",
                path.display()
            );
        }
    }
}
