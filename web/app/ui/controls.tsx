import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Button as AriaButton,
  Dialog,
  Heading,
  Modal,
  ModalOverlay,
  type ButtonProps,
  Tooltip,
  TooltipTrigger,
} from 'react-aria-components';
import './controls.css';

type Look = 'plain' | 'primary' | 'danger' | 'quiet';

interface Props extends ButtonProps {
  look?: Look;
  small?: boolean;
}

export const Button = ({ look = 'plain', small = false, className = '', ...props }: Props) => (
  <AriaButton {...props} className={`button ${look} ${small ? 'is-small' : ''} ${String(className)}`} />
);

/** A button that shows only an icon; its name is read out and shown as a tooltip. */
export const IconButton = ({ label, children, ...props }: Props & { label: string; children: ReactNode }) => (
  <TooltipTrigger delay={500}>
    <Button look="quiet" {...props} aria-label={label} className={`icon-only ${String(props.className ?? '')}`}>
      {children}
    </Button>
    <Tooltip className="tooltip" offset={6}>
      {label}
    </Tooltip>
  </TooltipTrigger>
);

interface Asked {
  title: string;
  open: boolean;
  onClose(): void;
  children: ReactNode;
}

export const Ask = ({ title, open, onClose, children }: Asked) => (
  <ModalOverlay className="overlay" isOpen={open} onOpenChange={(is) => !is && onClose()} isDismissable>
    <Modal className="modal">
      <Dialog className="dialog">
        <header className="row">
          <Heading slot="title" className="grow">
            {title}
          </Heading>
          <IconButton label="Close" onPress={onClose}>
            <X size={17} />
          </IconButton>
        </header>
        {children}
      </Dialog>
    </Modal>
  </ModalOverlay>
);

export const Key = ({ children }: { children: ReactNode }) => <kbd className="key">{children}</kbd>;
