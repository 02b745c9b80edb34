-- Until when it is known what came on a topic, by its partitions: who sends may be another process than who listens.
create table currency (
    topic text not null,
    partition int not null,
    known_until timestamptz not null,
    primary key (topic, partition)
);
do $$
begin
    execute format('grant select on currency to %I', service_role('api'));
    execute format('grant select, insert, update on currency to %I', service_role('worker'));
end
$$;
