//! Which file a name stands for: the tables that a turn works on.

use glovebox::{
    files::preview::{self, Readable},
    ids::{ProjectId, UserId},
    orgs::{self, Owned},
};
use uuid::Uuid;

use crate::files::Fixture;

async fn readable(fixture: &Fixture, question: &str, limit: usize) -> Readable {
    let mut db = fixture.app.app.db.acquire().await.unwrap();
    let (user, project): (Uuid, Uuid) =
        sqlx::query_as("select u.id, p.id from users u, projects p where p.name = 'Sales'")
            .fetch_one(&mut *db)
            .await
            .unwrap();
    let project = ProjectId(project);
    let member = orgs::membership(&mut db, UserId(user), Owned::Project(project))
        .await
        .unwrap();
    preview::tables(&mut db, &member, project, &[], question, limit)
        .await
        .unwrap()
}

fn names(found: &Readable) -> Vec<&str> {
    let mut names: Vec<_> = found.tables.iter().map(|table| table.name.as_str()).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_version_that_is_no_table_does_not_hide_the_one_before() {
    let fixture = Fixture::start().await;
    fixture.examined("sales.csv", "n\n1\n").await;
    fixture.examined("sales.csv", "\x00\n").await;
    let found = readable(&fixture, "", 20).await;
    let [table] = &found.tables[..] else {
        panic!("{found:?}")
    };
    assert_eq!((table.version, table.profile.row_count), (1, 1));
    let newer = table.newer.as_ref().unwrap();
    assert!(newer.version == 2 && newer.problem.as_deref().unwrap().contains("zero bytes"));
    fixture.examined("sales.csv", "n\n1\n2\n").await;
    let found = readable(&fixture, "", 20).await;
    assert_eq!((found.tables[0].version, &found.tables[0].newer), (3, &None));
}

#[tokio::test]
async fn no_file_is_read_in_place_of_another() {
    let fixture = Fixture::start().await;
    let packed = crate::profile::zipped(&[("x.csv", b"n\n777\n")]);
    fixture.examined("sales.csv.zip", &packed).await;
    assert_eq!(names(&readable(&fixture, "", 20).await), ["sales.csv"]);
    fixture.examined("sales.csv", "n\n1\n").await;
    let found = readable(&fixture, "", 20).await;
    assert_eq!(names(&found), ["sales.csv", "sales.csv.zip"]);
}

#[tokio::test]
async fn a_file_that_the_question_names_is_read_however_many_there_are() {
    let fixture = Fixture::start().await;
    for name in ["two.csv", "q1?.csv", "a.csv", "b.csv"] {
        fixture.examined(name, "n\n1\n").await;
    }
    let found = readable(&fixture, "What is the total of n in two?", 2).await;
    assert!(names(&found).contains(&"two.csv"), "{found:?}");
    assert_eq!((found.tables.len(), found.left_out.len()), (2, 2));
    let found = readable(&fixture, "", 20).await;
    let strange = found.tables.iter().find(|table| table.name == "q1?.csv").unwrap();
    assert_eq!(
        strange.profile.read_call(&strange.name),
        "pl.read_csv(\"q1?.csv\", glob=False)"
    );
}
