//! The contract and the template have the same routes, under the names of the functions.

use super::template;
use end_to_end::schema;
use std::collections::BTreeSet;

#[test]
fn the_contract_has_the_routes_of_the_template_under_the_names_of_its_functions() {
    // Of a function with two routes, the second operation has a name of its own, after the function's.
    let function = |id: &str| id.trim_end_matches("-basic").to_owned();
    let contract: BTreeSet<_> = schema::operations()
        .iter()
        .map(|operation| {
            (
                format!("{} {}", operation.method, operation.path),
                function(&operation.id),
            )
        })
        .collect();
    let template: BTreeSet<_> = template::routes().into_iter().collect();
    let only_one_has: Vec<_> = contract.symmetric_difference(&template).collect();
    assert!(only_one_has.is_empty(), "{only_one_has:?}");
}
