import { X } from 'lucide-react';
import {
  Button as AriaButton,
  Text,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components';
import { Button } from './controls.tsx';
import './messages.css';

interface Message {
  title: string;
  text?: string;
  bad?: boolean;
  undo?: () => void;
}

/** How long a message stays, in milliseconds. An error stays until it is closed. */
const SHOWN = 7000;

const queue = new ToastQueue<Message>({ maxVisibleToasts: 3 });

export const say = (title: string, undo?: () => void) =>
  queue.add({ title, ...(undo ? { undo } : {}) }, { timeout: SHOWN });

export const complain = (error: Error) => queue.add({ title: error.name, text: error.message, bad: true });

export const Messages = () => (
  <ToastRegion queue={queue} className="messages" aria-label="Messages">
    {({ toast }) => (
      <Toast toast={toast} className={`message ${toast.content.bad ? 'is-bad' : ''}`}>
        <ToastContent className="grow">
          <Text slot="title">{toast.content.title}</Text>
          {toast.content.text && <Text slot="description">{toast.content.text}</Text>}
        </ToastContent>
        {toast.content.undo && (
          <Button
            small
            onPress={() => {
              toast.content.undo?.();
              queue.close(toast.key);
            }}
          >
            Undo
          </Button>
        )}
        <AriaButton slot="close" className="button quiet icon-only is-small" aria-label="Close the message">
          <X size={15} />
        </AriaButton>
      </Toast>
    )}
  </ToastRegion>
);
