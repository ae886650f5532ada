-- Organisations' own models: whom they pay, what they spend, and the model that a conversation was asked last.

create table model_providers (
    id uuid constraint model_providers_pkey primary key,
    org_id uuid not null constraint model_providers_org_id_fkey references orgs on delete cascade,
    name text not null constraint model_providers_name_length check (length(name) between 1 and 100),
    kind text not null constraint model_providers_kind_known
        check (kind in ('anthropic', 'openai', 'gemini', 'compatible')),
    url text not null,
    -- Sealed with the server's key, bound to the row, kind and URL; null where the server needs none.
    key_sealed bytea,
    -- The names of the models that are offered.
    models text[] not null constraint model_providers_models_some check (cardinality(models) > 0),
    -- The one of them that answers where nobody chooses; at most one provider of an organisation has one.
    default_model text constraint model_providers_default_offered check (default_model = any (models)),
    -- Whether members may use it, or admins alone.
    members_may_use boolean not null,
    created_by uuid constraint model_providers_created_by_fkey references users on delete set null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create unique index model_providers_name_key on model_providers (org_id, lower(name));
create unique index model_providers_default_key on model_providers (org_id) where default_model is not null;
create index model_providers_created_by_idx on model_providers (created_by);

-- What models used, by month (UTC).
create table model_usage (
    org_id uuid not null constraint model_usage_org_id_fkey references orgs on delete cascade,
    -- The first day of the month.
    month date not null,
    -- The name of the organisation's provider at that time; empty for the server's own models.
    account text not null,
    provider text not null,
    model text not null,
    turns bigint not null default 0,
    input_tokens bigint not null default 0,
    output_tokens bigint not null default 0,
    -- Of the replies whose price is known.
    cost_micro_usd bigint not null default 0,
    -- Input and output tokens of the others.
    unpriced_tokens bigint not null default 0,
    constraint model_usage_pkey primary key (org_id, month, account, provider, model)
);

-- What was used before models were told apart. A cost of nothing says that no price was known.
insert into model_usage (org_id, month, account, provider, model, input_tokens, output_tokens, cost_micro_usd, unpriced_tokens)
select org_id, date_trunc('month', day)::date, '', 'earlier', '', sum(input_tokens), sum(output_tokens), sum(cost_micro_usd),
    sum(case when cost_micro_usd = 0 then input_tokens + output_tokens else 0 end)
from usage_days
group by org_id, date_trunc('month', day)::date
having sum(input_tokens + output_tokens) > 0;

-- The most that an organisation's models may use in a month (UTC). Null is no cap.
create table model_caps (
    org_id uuid constraint model_caps_pkey primary key
        constraint model_caps_org_id_fkey references orgs on delete cascade,
    cost_micro_usd bigint constraint model_caps_cost_positive check (cost_micro_usd > 0),
    tokens bigint constraint model_caps_tokens_positive check (tokens > 0)
);

-- The model that was chosen last: {"provider", "model"}; null where nobody chose.
alter table conversations add column model jsonb;
