import { useMutation } from '@tanstack/react-query';
import { send } from '../api/client.ts';
import { useRefresh } from '../api/decide.ts';
import { complain, say } from '../ui/messages.tsx';

/** Changes a person, says that it is done, and shows what follows. */
export function useChange<Body>(method: 'POST' | 'PATCH', path: (body: Body) => string, said: (body: Body) => string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: Body) => send(method, path(body), body),
    onSuccess: (_, body) => {
      say(said(body));
      refresh();
    },
    onError: complain,
  });
}
