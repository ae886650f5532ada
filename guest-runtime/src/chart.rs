//! `_chart`, the native module behind `matplotlib`: long columns, the arithmetic on them that charts need, and drawing.
//!
//! The Python face keeps figures, axes and artists as plain data and decides on limits and ticks; `render` takes one
//! such figure and answers an image, and never reads or writes a file. A figure is handed over as dicts, lists, numbers
//! and texts, in which a [`Column`](_chart::Column) stands for itself.

mod color;
mod columns;
mod fields;
mod figure;
mod font;
mod geometry;
mod hatch;
mod layout;
mod legend;
mod markers;
mod marks;
mod math;
mod notes;
mod picture;
mod pixels;
mod scene;
mod svg;
mod ticks;
mod value;
mod vega;
mod vega_marks;
mod view;
mod words;

pub(crate) use _chart::module_def;

#[rustpython_vm::pymodule]
mod _chart {
    use std::rc::Rc;

    use rustpython_vm::{
        Py, PyObjectRef, PyPayload, PyRef, PyResult, VirtualMachine,
        builtins::{PyFloat, PyInt, PyList, PyStr, PyTuple},
        pyclass,
    };

    use crate::chart::{columns::Columns, figure, font, pixels, scene::Scene, svg, value, vega, words};

    /// Numbers in a row; what is missing is NaN.
    #[pyattr]
    #[pyclass(name = "Column", no_attr)]
    #[derive(Debug, PyPayload)]
    pub struct Column {
        pub values: Rc<Vec<f64>>,
    }

    impl Column {
        fn new(values: Vec<f64>) -> Self {
            Self {
                values: Rc::new(values),
            }
        }
    }

    #[pyclass]
    impl Column {
        /// How many numbers there are.
        #[pymethod]
        fn size(zelf: &Py<Self>) -> usize {
            zelf.values.len()
        }

        #[pymethod]
        fn tolist(zelf: &Py<Self>, vm: &VirtualMachine) -> PyObjectRef {
            let values = zelf
                .values
                .iter()
                .map(|value| vm.ctx.new_float(*value).into())
                .collect();
            vm.ctx.new_list(values).into()
        }

        #[pymethod]
        fn get(zelf: &Py<Self>, index: isize, vm: &VirtualMachine) -> PyResult<f64> {
            let length = zelf.values.len();
            let place = if index < 0 { index + length as isize } else { index };
            usize::try_from(place)
                .ok()
                .and_then(|place| zelf.values.get(place).copied())
                .ok_or_else(|| {
                    vm.new_index_error(format!("index {index} is out of bounds for axis 0 with size {length}"))
                })
        }

        /// The least and the greatest finite number, and the least above zero; NaN where there is none.
        #[pymethod]
        fn reach(zelf: &Py<Self>) -> (f64, f64, f64) {
            let (mut low, mut high, mut positive) = (f64::NAN, f64::NAN, f64::NAN);
            for value in zelf.values.iter().copied().filter(|value| value.is_finite()) {
                low = low.min(value);
                high = high.max(value);
                if value > 0.0 {
                    positive = positive.min(value);
                }
            }
            (low, high, positive)
        }

        /// `self * factor + offset`.
        #[pymethod]
        fn scaled(zelf: &Py<Self>, factor: f64, offset: f64) -> Self {
            Self::new(zelf.values.iter().map(|value| value * factor + offset).collect())
        }

        /// The sum with another column, number by number; the shorter one is repeated.
        #[pymethod]
        fn plus(zelf: &Py<Self>, other: PyRef<Column>, sign: f64) -> Self {
            let count = zelf.values.len().max(other.values.len());
            let pick = |values: &[f64], index: usize| {
                if values.is_empty() {
                    f64::NAN
                } else {
                    values[index % values.len()]
                }
            };
            Self::new(
                (0..count)
                    .map(|index| pick(&zelf.values, index) + sign * pick(&other.values, index))
                    .collect(),
            )
        }

        /// The numbers at whose place `keep` is true.
        #[pymethod]
        fn masked(zelf: &Py<Self>, keep: PyRef<Column>) -> Self {
            let kept = zelf.values.iter().zip(keep.values.iter());
            Self::new(
                kept.map(|(value, keep)| {
                    if *keep != 0.0 && !keep.is_nan() {
                        *value
                    } else {
                        f64::NAN
                    }
                })
                .collect(),
            )
        }

        /// Without missing values, in ascending order.
        #[pymethod]
        fn ordered(zelf: &Py<Self>) -> Self {
            let mut values: Vec<f64> = zelf.values.iter().copied().filter(|value| !value.is_nan()).collect();
            values.sort_by(f64::total_cmp);
            Self::new(values)
        }

        #[pymethod]
        fn total(zelf: &Py<Self>) -> f64 {
            zelf.values.iter().sum()
        }

        /// How many of the numbers, or which weight of them, lie between each two edges; the last edge belongs to its
        /// bin. Numbers outside are left out.
        #[pymethod]
        fn counts(zelf: &Py<Self>, edges: PyRef<Column>, weights: Option<PyRef<Column>>) -> Self {
            let edges = &edges.values;
            let bins = edges.len().saturating_sub(1);
            let mut counts = vec![0.0; bins];
            if bins == 0 {
                return Self::new(counts);
            }
            for (index, value) in zelf.values.iter().enumerate() {
                if value.is_nan() || *value < edges[0] || *value > edges[bins] {
                    continue;
                }
                let bin = (edges.partition_point(|edge| edge <= value).max(1) - 1).min(bins - 1);
                counts[bin] += weights
                    .as_ref()
                    .map_or(1.0, |weights| weights.values.get(index).copied().unwrap_or(0.0));
            }
            Self::new(counts)
        }

        /// Counts in cells: as [`Column::counts`] in two directions, row by row along the second.
        #[pymethod]
        fn counts_2d(
            zelf: &Py<Self>,
            other: PyRef<Column>,
            edges: PyRef<Column>,
            other_edges: PyRef<Column>,
            weights: Option<PyRef<Column>>,
        ) -> Self {
            let bin = |edges: &[f64], value: f64| {
                let bins = edges.len().saturating_sub(1);
                let inside = bins > 0 && value >= edges[0] && value <= edges[bins];
                inside.then(|| (edges.partition_point(|edge| *edge <= value).max(1) - 1).min(bins - 1))
            };
            let columns = other_edges.values.len().saturating_sub(1);
            let mut counts = vec![0.0; edges.values.len().saturating_sub(1) * columns];
            for (index, (x, y)) in zelf.values.iter().zip(other.values.iter()).enumerate() {
                if let (Some(a), Some(b)) = (bin(&edges.values, *x), bin(&other_edges.values, *y)) {
                    counts[a * columns + b] += weights
                        .as_ref()
                        .map_or(1.0, |weights| weights.values.get(index).copied().unwrap_or(0.0));
                }
            }
            Self::new(counts)
        }

        /// A smooth density: at each of `places` the sum of normal curves of width `spread` over the numbers.
        #[pymethod]
        fn density(zelf: &Py<Self>, places: PyRef<Column>, spread: f64) -> Self {
            let norm = zelf.values.len() as f64 * spread * std::f64::consts::TAU.sqrt();
            let at = |place: f64| {
                zelf.values
                    .iter()
                    .map(|value| (-0.5 * ((place - value) / spread).powi(2)).exp())
                    .sum::<f64>()
            };
            Self::new(places.values.iter().map(|place| at(*place) / norm).collect())
        }
    }

    /// A column of the numbers in a list or tuple, or None if something in it is neither a number nor missing.
    #[pyfunction]
    fn column(values: PyObjectRef, vm: &VirtualMachine) -> PyResult<Option<PyRef<Column>>> {
        let numbers = if let Some(list) = values.downcast_ref::<PyList>() {
            numbers(&list.borrow_vec(), vm)
        } else if let Some(tuple) = values.downcast_ref::<PyTuple>() {
            numbers(tuple.as_slice(), vm)
        } else {
            let items: Vec<PyObjectRef> = values.try_to_value(vm)?;
            numbers(&items, vm)
        };
        Ok(numbers.map(|numbers| Column::new(numbers).into_ref(&vm.ctx)))
    }

    fn numbers(items: &[PyObjectRef], vm: &VirtualMachine) -> Option<Vec<f64>> {
        items.iter().map(|item| number(item, vm)).collect()
    }

    fn number(item: &PyObjectRef, vm: &VirtualMachine) -> Option<f64> {
        if let Some(float) = item.downcast_ref::<PyFloat>() {
            return Some(float.to_f64());
        }
        if let Some(int) = item.downcast_ref::<PyInt>() {
            return int
                .try_to_primitive::<i64>(vm)
                .map(|int| int as f64)
                .or_else(|_| int.as_bigint().to_string().parse())
                .ok();
        }
        if vm.is_none(item) {
            return Some(f64::NAN);
        }
        if item.downcast_ref::<PyStr>().is_some() {
            return None;
        }
        // Decimals, fractions and numbers of other libraries.
        item.try_float(vm).ok().map(|float| float.to_f64())
    }

    /// A column of numbers with even steps.
    #[pyfunction]
    fn even(start: f64, step: f64, count: usize) -> Column {
        Column::new((0..count).map(|index| start + step * index as f64).collect())
    }

    /// The image of a figure as `png` or `svg`.
    #[pyfunction]
    fn render(figure: PyObjectRef, format: PyRef<PyStr>, dpi: f64, vm: &VirtualMachine) -> PyResult<Vec<u8>> {
        let (scene, columns) = read(&figure, vm)?;
        let picture = figure::draw(&scene, &columns);
        match format.as_bytes() {
            b"svg" => Ok(svg::svg(&picture, &words::describe(&scene, &columns)).into_bytes()),
            _ => pixels::png(&picture, dpi).map_err(|message| vm.new_value_error(message)),
        }
    }

    /// A figure's data and encoding as Vega-Lite, its title, and a sentence that says what it shows.
    #[pyfunction]
    fn explain(figure: PyObjectRef, vm: &VirtualMachine) -> PyResult<(String, String, String)> {
        let (scene, columns) = read(&figure, vm)?;
        let alt = words::describe(&scene, &columns);
        Ok((vega::spec(&scene, &columns, &alt), words::title(&scene), alt))
    }

    fn read(figure: &PyObjectRef, vm: &VirtualMachine) -> PyResult<(Scene, Columns)> {
        let mut columns = Columns::default();
        let json = value::read(figure, &mut columns, vm)?;
        let scene = serde_json::from_value(json)
            .map_err(|error| vm.new_value_error(format!("the figure cannot be drawn: {error}")))?;
        Ok((scene, columns))
    }

    /// Width of a text on one line, in points.
    #[pyfunction]
    fn text_width(text: String, size: f64) -> f64 {
        font::block(&text, size, font::Face::Regular, 1.2).width
    }

    /// Reads the fonts, so that a run finds them in its memory.
    #[pyfunction]
    fn warm_up() {
        font::warm_up();
    }
}
