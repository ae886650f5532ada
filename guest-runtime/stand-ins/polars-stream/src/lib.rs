//! The streaming engine's interface, answered by the in-memory engine.
//!
//! polars reads files through its streaming engine alone, and that engine needs threads and an
//! async runtime, which the guest does not have. This crate has the same name and functions: it
//! reads the files of a scan whole, one after another, and gives every other query to the
//! in-memory engine, whose results are the same.

mod conform;
mod formats;
mod scan;

use polars_core::prelude::*;
use polars_expr::state::ExecutionState;
use polars_mem_engine::{Executor, create_multiple_physical_plans, create_physical_plan};
use polars_plan::dsl::SinkTypeIR;
use polars_plan::plans::{IR, IRPlan};
use polars_plan::prelude::AExpr;
use polars_utils::arena::{Arena, Node};

use crate::scan::Scan;

/// Runs a query.
pub fn run_query(node: Node, ir_arena: &mut Arena<IR>, expr_arena: &mut Arena<AExpr>) -> PolarsResult<QueryResult> {
    StreamingQuery::build(node, ir_arena, expr_arena)?.execute()
}

/// Draws the plan as a dot graph. Queries run as they are planned, so it is the logical plan.
pub fn visualize_physical_plan(
    node: Node,
    ir_arena: &mut Arena<IR>,
    expr_arena: &mut Arena<AExpr>,
) -> PolarsResult<String> {
    let plan = IRPlan {
        lp_top: node,
        lp_arena: ir_arena.clone(),
        expr_arena: expr_arena.clone(),
    };
    Ok(plan.display_dot().to_string())
}

/// A query that is ready to run.
pub struct StreamingQuery(Query);

enum Query {
    Single(Box<dyn Executor>),
    Multiple {
        caches: Option<Box<dyn Executor>>,
        plans: Vec<Box<dyn Executor>>,
    },
}

impl StreamingQuery {
    /// Plans the query below `node`.
    pub fn build(node: Node, ir_arena: &mut Arena<IR>, expr_arena: &mut Arena<AExpr>) -> PolarsResult<Self> {
        let query = match ir_arena.get(node) {
            IR::SinkMultiple { inputs } => {
                let roots = inputs.clone();
                let planned = create_multiple_physical_plans(&roots, ir_arena, expr_arena, Some(build_executor))?;
                Query::Multiple {
                    caches: planned.cache_prefiller,
                    plans: planned.physical_plans,
                }
            }
            _ => Query::Single(build_executor(node, ir_arena, expr_arena)?),
        };
        Ok(Self(query))
    }

    /// Runs the query.
    pub fn execute(self) -> PolarsResult<QueryResult> {
        let mut state = ExecutionState::new();
        match self.0 {
            Query::Single(mut plan) => plan.execute(&mut state).map(QueryResult::Single),
            Query::Multiple { caches, mut plans } => {
                if let Some(mut caches) = caches {
                    caches.execute(&mut state)?;
                }
                plans
                    .iter_mut()
                    .enumerate()
                    .map(|(index, plan)| {
                        let mut state = state.split();
                        state.branch_idx += index;
                        plan.execute(&mut state)
                    })
                    .collect::<PolarsResult<_>>()
                    .map(QueryResult::Multiple)
            }
        }
    }
}

/// What a query gives: a frame for each sink, empty where it went to a file.
pub enum QueryResult {
    /// The frame of the only sink.
    Single(DataFrame),
    /// The frames of several sinks.
    Multiple(Vec<DataFrame>),
}

impl QueryResult {
    /// The frame of a query with one sink.
    ///
    /// # Panics
    /// If the query had several.
    pub fn unwrap_single(self) -> DataFrame {
        match self {
            Self::Single(df) => df,
            Self::Multiple(_) => panic!("the query has several sinks"),
        }
    }

    /// The frames of a query with several sinks.
    ///
    /// # Panics
    /// If the query had one.
    pub fn unwrap_multiple(self) -> Vec<DataFrame> {
        match self {
            Self::Single(_) => panic!("the query has one sink"),
            Self::Multiple(frames) => frames,
        }
    }
}

/// Plans what the in-memory engine hands over, scans above all, and the rest by that engine.
fn build_executor(
    node: Node,
    ir_arena: &mut Arena<IR>,
    expr_arena: &mut Arena<AExpr>,
) -> PolarsResult<Box<dyn Executor>> {
    match ir_arena.get(node) {
        IR::Sink {
            input,
            payload: SinkTypeIR::Memory,
        } => {
            let input = *input;
            build_executor(input, ir_arena, expr_arena)
        }
        IR::Sink {
            payload: SinkTypeIR::Partition(_),
            ..
        } => polars_bail!(
            InvalidOperation:
            "a partitioned sink needs the streaming engine, which is not available here; \
            collect the frame, split it with partition_by and write each part"
        ),
        IR::Scan { .. } => Ok(Box::new(Scan::new(node, ir_arena, expr_arena)?)),
        _ => create_physical_plan(node, ir_arena, expr_arena, Some(build_executor)),
    }
}
