import { ActionIcon } from "@mantine/core";
import { lazy, Suspense, useMemo, useState } from "react";

/** A menu that opens as soon as it is there; `target` is what it hangs on. */
export type OpenMenu = React.ComponentType<{ readonly target: React.ReactElement }>;

/** Props of {@link DeferredMenu}. */
export interface DeferredMenuProps {
  readonly label: string;
  readonly icon: React.ReactNode;
  readonly load: () => Promise<{ readonly default: OpenMenu }>;
}

/**
 * A button whose menu is fetched when somebody points at it: menus and what places
 * them weigh more than all else in the header, and most visits open none.
 */
export function DeferredMenu({ label, icon, load }: DeferredMenuProps) {
  const [wanted, setWanted] = useState(false);
  const Menu = useMemo(() => lazy(load), [load]);
  const fetch = (): void => void load();
  const button = (
    <ActionIcon variant="subtle" color="gray" size="lg" aria-label={label} title={label} aria-haspopup="menu">
      {icon}
    </ActionIcon>
  );
  if (wanted) {
    return (
      <Suspense fallback={button}>
        <Menu target={button} />
      </Suspense>
    );
  }
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={label}
      title={label}
      aria-haspopup="menu"
      onPointerEnter={fetch}
      onFocus={fetch}
      onClick={() => setWanted(true)}
    >
      {icon}
    </ActionIcon>
  );
}
