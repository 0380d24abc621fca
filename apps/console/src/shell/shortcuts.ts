import { useHotkeys } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";

/** `/` goes to the filter or search of the screen, `g` to the networks, `n` to a new one. None of them works while typing. */
export function useShortcuts(): void {
  const navigate = useNavigate();
  useHotkeys([
    ["/", () => document.querySelector<HTMLInputElement>("input[type=search]")?.focus()],
    ["g", () => void navigate({ to: "/networks" })],
    ["n", () => void navigate({ to: "/networks/new" })],
  ]);
}
