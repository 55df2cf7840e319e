//! The connection matrix, with ids that behave alike merged into classes.
//!
//! mecab-ko-dic gives a connection id to every combination of features, but many ids have the same costs with all neighbours: of 3,822
//! right ids 1,902 are distinct, of 2,693 left ids 1,908. Keeping one row and one column for each class halves both sides.

/// The cost of one word following another, by classes of connection ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connections {
    pub(crate) right_classes: Vec<u16>,
    pub(crate) left_classes: Vec<u16>,
    /// `costs[right class + right_count * left class]`
    pub(crate) costs: Vec<i16>,
    pub(crate) right_count: usize,
}

impl Connections {
    /// Checks that the classes and the costs belong together: `costs` holds a value for each pair of a right and a left class, all right
    /// classes of the first left class first. The error says what does not fit.
    pub(crate) fn new(
        right_classes: Vec<u16>,
        left_classes: Vec<u16>,
        costs: Vec<i16>,
    ) -> Result<Self, &'static str> {
        let right_count = count(&right_classes).ok_or("there is no right class")?;
        let left_count = count(&left_classes).ok_or("there is no left class")?;
        if right_count.checked_mul(left_count) != Some(costs.len()) {
            return Err("the costs do not fit the classes");
        }
        Ok(Self {
            right_classes,
            left_classes,
            costs,
            right_count,
        })
    }

    /// Merges the equal rows and the equal columns of a full matrix, `matrix[right id + right_ids * left id]`, as MeCab's `matrix.bin` has
    /// it. Classes are numbered in the order of their first id, so class 0 holds id 0, the beginning and end of a sentence.
    ///
    /// None if the matrix is empty, not rectangular, or has more than 65,536 ids on a side.
    #[cfg(feature = "encode")]
    pub fn from_matrix(matrix: &[i16], right_ids: usize) -> Option<Self> {
        if matrix.is_empty() || right_ids == 0 || !matrix.len().is_multiple_of(right_ids) {
            return None;
        }
        let rows: Vec<Vec<i16>> = matrix.chunks(right_ids).map(<[i16]>::to_vec).collect();
        let (left_classes, rows) = merge_equal(rows)?;
        let columns = (0..right_ids)
            .map(|right| rows.iter().map(|row| row[right]).collect())
            .collect();
        let (right_classes, columns) = merge_equal(columns)?;
        let costs = (0..rows.len())
            .flat_map(|row| columns.iter().map(move |column| column[row]))
            .collect();
        Self::new(right_classes, left_classes, costs).ok()
    }

    /// How many right ids the uncompressed matrix has.
    pub fn right_ids(&self) -> usize {
        self.right_classes.len()
    }

    /// How many left ids the uncompressed matrix has.
    pub fn left_ids(&self) -> usize {
        self.left_classes.len()
    }

    /// How many classes of right ids there are.
    pub fn right_count(&self) -> usize {
        self.right_count
    }

    /// How many classes of left ids there are.
    pub fn left_count(&self) -> usize {
        self.costs.len() / self.right_count
    }

    /// The class of each right id.
    pub fn right_classes(&self) -> &[u16] {
        &self.right_classes
    }

    /// The class of each left id.
    pub fn left_classes(&self) -> &[u16] {
        &self.left_classes
    }

    /// The costs of all right classes before one left class. None if there is no such class.
    pub fn row(&self, left_class: usize) -> Option<&[i16]> {
        self.costs.chunks(self.right_count).nth(left_class)
    }

    /// What it costs for a word with this left id to follow one with this right id. None if either is out of range.
    pub fn cost(&self, right_id: u16, left_id: u16) -> Option<i16> {
        let right = usize::from(*self.right_classes.get(usize::from(right_id))?);
        let left = usize::from(*self.left_classes.get(usize::from(left_id))?);
        self.row(left)?.get(right).copied()
    }
}

/// How many classes are numbered: one more than the greatest.
pub(crate) fn count(classes: &[u16]) -> Option<usize> {
    classes
        .iter()
        .max()
        .map(|&greatest| usize::from(greatest) + 1)
}

/// The class of each line, and one line for each class.
#[cfg(feature = "encode")]
fn merge_equal(lines: Vec<Vec<i16>>) -> Option<(Vec<u16>, Vec<Vec<i16>>)> {
    let mut known = std::collections::HashMap::new();
    let mut distinct = Vec::new();
    let mut classes = Vec::with_capacity(lines.len());
    for line in lines {
        let next = u16::try_from(distinct.len()).ok();
        let class = match known.get(&line) {
            Some(&class) => class,
            None => {
                let next = next?;
                known.insert(line.clone(), next);
                distinct.push(line);
                next
            }
        };
        classes.push(class);
    }
    Some((classes, distinct))
}
