// Keys by which programs work for the account: each is shown once, when it is made.
import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import IconKey from "@tabler/icons-react/dist/esm/icons/IconKey.mjs";
import { useState } from "react";

import { type ApiKey, useApiKeys, useDeleteApiKey } from "../api/api-keys";
import { Confirm } from "../shell/confirm";
import { formatAgo, formatDate } from "../shell/dates";
import { Dialog } from "../shell/dialog";
import { Empty } from "../shell/empty";
import { Failed } from "../shell/failed";
import { notifyDone } from "../shell/notify";
import { Row, Rows } from "../shell/rows";
import { Section } from "../shell/section";
import { RowsSkeleton } from "../shell/skeletons";
import { AccountFrame } from "./account-frame";
import { NewApiKey } from "./new-api-key";

export default function ApiKeysPage() {
  const apiKeys = useApiKeys();
  const [making, { open, close }] = useDisclosure(false);
  const [removing, setRemoving] = useState<ApiKey>();
  // A key that is shown is closed by its button alone: a click beside it would lose it.
  const [isShown, setShown] = useState(false);
  return (
    <AccountFrame title="API keys">
      <Section
        title="API keys"
        lead={
          <>
            An API key lets a program do everything you can, except change your account. See the{" "}
            <a href="/docs/" target="_blank" rel="noopener" style={{ color: "inherit" }}>
              API documentation
            </a>.
          </>
        }
        action={(apiKeys.data?.length ?? 0) > 0 && <Button onClick={open}>New API key</Button>}
      >
        {apiKeys.isPending && <RowsSkeleton label="Loading your API keys" count={2} />}
        {apiKeys.error && !apiKeys.data && (
          <Failed error={apiKeys.error} title="Your API keys could not be loaded" retry={apiKeys.refetch} />
        )}
        {apiKeys.data?.length === 0 && (
          <Empty icon={IconKey} title="No API keys yet" action={<Button onClick={open}>Create an API key</Button>}>
            Create one for a script that uploads files every night, for example, or for a program that asks questions.
          </Empty>
        )}
        {apiKeys.data && apiKeys.data.length > 0 && (
          <Rows label="API keys">
            {apiKeys.data.map((apiKey) => (
              <Row
                key={apiKey.id}
                icon={<IconKey size={20} stroke={1.25} aria-hidden />}
                title={apiKey.name}
                action={
                  <Button
                    variant="default"
                    size="xs"
                    aria-label={`Revoke ${apiKey.name}`}
                    onClick={() => setRemoving(apiKey)}
                  >
                    Revoke…
                  </Button>
                }
              >
                <code>{apiKey.prefix}…</code> · created {formatDate(apiKey.created_at)} ·{" "}
                {apiKey.last_used_at ? `last used ${formatAgo(apiKey.last_used_at)}` : "never used"}
              </Row>
            ))}
          </Rows>
        )}
      </Section>
      <Dialog
        opened={making}
        onClose={() => {
          close();
          setShown(false);
        }}
        title={isShown ? "Your new API key" : "New API key"}
        closeOnClickOutside={!isShown}
        closeOnEscape={!isShown}
        withCloseButton={!isShown}
      >
        <NewApiKey
          onMade={() => setShown(true)}
          onDone={() => {
            close();
            setShown(false);
          }}
        />
      </Dialog>
      <Revoke apiKey={removing} onClose={() => setRemoving(undefined)} />
    </AccountFrame>
  );
}

interface RevokeProps { apiKey: ApiKey | undefined; onClose: () => void }

function Revoke({ apiKey, onClose }: RevokeProps) {
  const remove = useDeleteApiKey();
  return (
    <Confirm
      opened={apiKey !== undefined}
      onClose={onClose}
      title={`Revoke ${apiKey?.name ?? ""}?`}
      action="Revoke key"
      mutation={remove}
      onConfirm={() => {
        if (!apiKey) return;
        remove.mutate(apiKey.id, {
          onSuccess: () => {
            onClose();
            notifyDone(`${apiKey.name} revoked.`);
          },
        });
      }}
    >
      Programs that use this key lose access immediately. This cannot be undone.
    </Confirm>
  );
}
