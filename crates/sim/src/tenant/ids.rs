//! Object ids that are computed, and read back, without a table: GUIDs of the directory and the
//! 28-character ids of Planner both hold a permuted kind and index and a check on it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

/// What an id stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    Tenant,
    User,
    Room,
    Group,
    SecurityGroup,
    ServicePrincipal,
    Plan,
    Bucket,
    Task,
    Thread,
    Sku,
    /// Ids inside another object: a checklist item, a key.
    Inner,
    /// Made after the start, numbered by the tenant.
    New,
}

const KINDS: [Kind; 13] = [
    Kind::Tenant,
    Kind::User,
    Kind::Room,
    Kind::Group,
    Kind::SecurityGroup,
    Kind::ServicePrincipal,
    Kind::Plan,
    Kind::Bucket,
    Kind::Task,
    Kind::Thread,
    Kind::Sku,
    Kind::Inner,
    Kind::New,
];

const INDEX_BITS: u32 = 54;
const HALF: u64 = (1 << 30) - 1;

/// Spreads a number over all 64 bits (the finaliser of `SplitMix64`).
pub(crate) const fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The ids of one tenant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ids {
    seed: u64,
}

impl Ids {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { seed: mix(seed) }
    }

    const fn round(self, number: u64, half: u64) -> u64 {
        mix(self.seed ^ (number << 40) ^ half) & HALF
    }

    fn permute(self, value: u64) -> u64 {
        let (mut left, mut right) = (value >> 30, value & HALF);
        for number in 0..4 {
            (left, right) = (right, left ^ self.round(number, right));
        }
        (left << 30) | right
    }

    fn unpermute(self, value: u64) -> u64 {
        let (mut left, mut right) = (value >> 30, value & HALF);
        for number in (0..4).rev() {
            (left, right) = (right ^ self.round(number, left), left);
        }
        (left << 30) | right
    }

    fn check(self, permuted: u64) -> u64 {
        mix(self.seed.rotate_left(17) ^ permuted)
    }

    fn close(self, kind: Kind, index: u64) -> u64 {
        self.permute(((kind as u64) << INDEX_BITS) | (index & ((1 << INDEX_BITS) - 1)))
    }

    fn open(self, permuted: u64) -> Option<(Kind, u64)> {
        let value = self.unpermute(permuted);
        let kind = usize::try_from(value >> INDEX_BITS).ok()?;
        Some((*KINDS.get(kind)?, value & ((1 << INDEX_BITS) - 1)))
    }

    /// The GUID of the thing of this kind with this number.
    pub(crate) fn guid(self, kind: Kind, index: u64) -> Uuid {
        let permuted = self.close(kind, index);
        let high = ((permuted >> 12) << 16) | 0x4000 | (permuted & 0xfff);
        let low = (0b10 << 62) | (self.check(permuted) >> 2);
        Uuid::from_u64_pair(high, low)
    }

    /// Kind and number behind a GUID; `None` for one that was not made here.
    pub(crate) fn read_guid(self, id: Uuid) -> Option<(Kind, u64)> {
        let (high, low) = id.as_u64_pair();
        let permuted = ((high >> 16) << 12) | (high & 0xfff);
        let genuine = (high >> 12) & 0xf == 4 && low == (0b10 << 62) | (self.check(permuted) >> 2);
        genuine.then(|| self.open(permuted)).flatten()
    }

    /// The number behind a GUID of this kind.
    pub(crate) fn index_of(self, kind: Kind, id: Uuid) -> Option<u64> {
        self.read_guid(id)
            .filter(|(found, _)| *found == kind)
            .map(|(_, index)| index)
    }

    /// The Planner id of the thing of this kind with this number: 28 characters, case-sensitive.
    pub(crate) fn planner(self, kind: Kind, index: u64) -> String {
        let permuted = self.close(kind, index);
        let check = self.check(permuted).to_be_bytes();
        let mut bytes = [0_u8; 21];
        bytes[..8].copy_from_slice(&permuted.rotate_left(4).to_be_bytes());
        bytes[8..16].copy_from_slice(&check);
        bytes[16] = 0x64;
        bytes[18..].copy_from_slice(&check[2..5]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Kind and number behind a Planner id; `None` for one that was not made here.
    pub(crate) fn read_planner(self, id: &str) -> Option<(Kind, u64)> {
        let bytes = URL_SAFE_NO_PAD.decode(id).ok()?;
        let head: [u8; 8] = bytes.get(..8)?.try_into().ok()?;
        let permuted = u64::from_be_bytes(head).rotate_right(4);
        if permuted >> 60 != 0 {
            return None;
        }
        let (kind, index) = self.open(permuted)?;
        (self.planner(kind, index) == id).then_some((kind, index))
    }

    /// A number computed from the seed, a kind, an index and a purpose.
    pub(crate) fn number(self, kind: Kind, index: u64, purpose: u64) -> u64 {
        mix(self.check(self.close(kind, index)) ^ mix(purpose))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_is_read_back_and_looks_random() {
        let ids = Ids::new(1);
        for index in [0, 1, 2, 999_999, 1 << 50] {
            let id = ids.guid(Kind::Task, index);
            assert_eq!(id.get_version_num(), 4);
            assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
            assert_eq!(ids.read_guid(id), Some((Kind::Task, index)));
            assert_eq!(Ids::new(2).read_guid(id), None);
        }
    }

    #[test]
    fn a_planner_id_has_28_characters_and_minds_its_case() {
        let ids = Ids::new(7);
        for index in 0..500 {
            let id = ids.planner(Kind::Bucket, index);
            assert_eq!(id.len(), 28);
            assert_eq!(ids.read_planner(&id), Some((Kind::Bucket, index)));
            let other = id.to_ascii_lowercase();
            if other != id {
                assert_eq!(ids.read_planner(&other), None);
            }
        }
    }

    #[test]
    fn a_foreign_id_is_not_read() {
        let ids = Ids::new(1);
        assert_eq!(ids.read_guid(Uuid::new_v4()), None);
        assert_eq!(ids.read_planner("xqQg5FS2LkCp935s-FIFm2QAFkHM"), None);
    }

    #[test]
    fn the_list_of_kinds_is_in_their_order() {
        for (position, kind) in KINDS.iter().enumerate() {
            assert_eq!(*kind as usize, position);
        }
    }
}
