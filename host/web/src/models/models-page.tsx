// An organisation's models: its own providers for admins, what everybody may choose, and what was spent.
import { Badge, Button, Group } from "@mantine/core";
import IconSparkles from "@tabler/icons-react/dist/esm/icons/IconSparkles.mjs";
import { useState } from "react";

import {
  type ModelProvider,
  useCheckModelProvider,
  useDeleteModelProvider,
  useModelProviders,
} from "../api/model-providers";
import { isRules, nameOf, useModels } from "../api/models";
import { isAtLeast, type Org } from "../api/orgs";
import { OrgFrame } from "../projects/org-frame";
import { Confirm } from "../shell/confirm";
import { Dialog } from "../shell/dialog";
import { Empty } from "../shell/empty";
import { Failed } from "../shell/failed";
import { notifyDone } from "../shell/notify";
import { Row, Rows } from "../shell/rows";
import { Section } from "../shell/section";
import { RowsSkeleton } from "../shell/skeletons";
import { KINDS } from "./presets";
import { CheckResult, EditProviderForm, NewProviderForm } from "./provider-form";
import { Spending } from "./spending";

export default function ModelsPage() {
  return (
    <OrgFrame title="Models">
      {(org) => (
        <div key={org.id}>
          {isAtLeast(org.role, "admin") && <Providers org={org} />}
          <Offered org={org} />
          <Spending org={org} />
        </div>
      )}
    </OrgFrame>
  );
}

function Providers({ org }: { org: Org }) {
  const providers = useModelProviders(org.id);
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<ModelProvider>();
  const remove = useDeleteModelProvider(org.id);
  const add = <Button onClick={() => setAdding(true)}>Add provider</Button>;
  const all = providers.data ?? [];
  return (
    <>
      {providers.isPending && <RowsSkeleton label="Loading the model providers" count={2} />}
      {providers.error && !providers.data && (
        <Failed error={providers.error} title="The model providers could not be loaded" retry={providers.refetch} />
      )}
      {providers.isSuccess && all.length === 0 && (
        <Empty icon={IconSparkles} title="No models of your own yet" action={add}>
          Add an account at Anthropic, OpenAI, Azure, Google or OpenRouter with its API key, or a server of your own, such as
          Ollama or vLLM. Its models then answer questions in this organisation.
        </Empty>
      )}
      {all.length > 0 && (
        <Section title="Providers" lead="Questions, samples of tables and what scripts print are sent to the chosen model." action={add}>
          <Rows label="Model providers">
            {all.map((provider) => (
              <Row
                key={provider.id}
                wraps
                icon={<IconSparkles size={20} stroke={1.5} aria-hidden />}
                title={
                  <Group gap="xs">
                    {provider.name}
                    {provider.default_model != null && <Badge variant="light">Default</Badge>}
                    {!provider.members_may_use && (
                      <Badge variant="light" color="gray">
                        Admins only
                      </Badge>
                    )}
                  </Group>
                }
                action={<Tools provider={provider} onRemove={() => setRemoving(provider)} />}
              >
                {KINDS[provider.kind]} at {hostOf(provider.url)} · {provider.models.join(", ")}
                {!provider.has_key && " · no key"}
              </Row>
            ))}
          </Rows>
        </Section>
      )}
      <Dialog opened={isAdding} onClose={() => setAdding(false)} title="Add model provider">
        <NewProviderForm orgId={org.id} onDone={() => setAdding(false)} />
      </Dialog>
      <Confirm
        opened={removing !== undefined}
        title={`Delete ${removing?.name ?? ""}?`}
        action="Delete"
        mutation={remove}
        onClose={() => setRemoving(undefined)}
        onConfirm={() =>
          removing &&
          remove.mutate(removing.id, {
            onSuccess: () => {
              notifyDone(`${removing.name} deleted.`);
              setRemoving(undefined);
            },
          })
        }
      >
        This also deletes its key. Conversations that used its models are kept; their next question needs another model.
      </Confirm>
    </>
  );
}

function Tools({ provider, onRemove }: { provider: ModelProvider; onRemove: () => void }) {
  const check = useCheckModelProvider(provider.org_id);
  const [isOpen, setOpen] = useState(false);
  const [isEditing, setEditing] = useState(false);
  return (
    <Group gap="xs">
      <Button
        size="compact-xs"
        variant="default"
        loading={check.isPending}
        aria-label={`Test ${provider.name}`}
        onClick={() => {
          check.mutate(provider.id, { onSettled: () => setOpen(true) });
        }}
      >
        Test
      </Button>
      <Button size="compact-xs" variant="default" aria-label={`Edit ${provider.name}`} onClick={() => setEditing(true)}>
        Edit
      </Button>
      <Button size="compact-xs" variant="subtle" color="gray" aria-label={`Delete ${provider.name}`} onClick={onRemove}>
        Delete
      </Button>
      <Dialog opened={isEditing} onClose={() => setEditing(false)} title={`Edit ${provider.name}`}>
        <EditProviderForm provider={provider} onDone={() => setEditing(false)} />
      </Dialog>
      <Dialog opened={isOpen} onClose={() => setOpen(false)} title={`Test of ${provider.name}`}>
        {check.error && <Failed error={check.error} />}
        {check.data && <CheckResult check={check.data} />}
      </Dialog>
    </Group>
  );
}

/** What whoever looks may choose. */
function Offered({ org }: { org: Org }) {
  const models = useModels(org.id);
  return (
    <Section title="Models that you can choose" lead="Below each question. The first one answers where nobody chooses.">
      {models.isPending && <RowsSkeleton label="Loading the models" count={2} />}
      {models.error && !models.data && (
        <Failed error={models.error} title="The models could not be loaded" retry={models.refetch} />
      )}
      {models.data && (
        <Rows label="Models that you can choose">
          {models.data.map((model) => (
            <Row key={`${model.provider} ${model.model ?? ""}`} title={nameOf(model)}>
              {isRules(model) ? "Simple questions about one table, without a model" : (model.account ?? "Set up by this server")}
            </Row>
          ))}
        </Rows>
      )}
    </Section>
  );
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
