-- A turn that goes with its conversation, project, organisation or account is over at once: its server hears of it as of a
-- stop. One that is removed by itself has ended already.

create function stop_deleted_turn() returns trigger language plpgsql as $$
begin
    perform pg_notify('glovebox_answers', 'stop ' || old.message_id);
    return null;
end
$$;
create trigger turns_stop_deleted after delete on turns
    for each row when (pg_trigger_depth() > 0) execute function stop_deleted_turn();
