import { useMutation } from '@tanstack/react-query';
import { ImagePlus } from 'lucide-react';
import { useState } from 'react';
import { FileTrigger, Input, Label, TextField } from 'react-aria-components';
import type { Upload } from '../../api/schemas/uploads.ts';
import { send } from '../api/client.ts';
import { useRefresh } from '../api/decide.ts';
import { put } from '../api/put.ts';
import { Ask, Button } from '../ui/controls.tsx';
import { counted } from '../ui/format.ts';
import { say } from '../ui/messages.tsx';

interface Props {
  open: boolean;
  onClose(): void;
}

/** Portraits of one person, each with one face. */
export function EnrolDialog({ open, onClose }: Props) {
  const [name, setName] = useState('');
  const [files, setFiles] = useState<readonly File[]>([]);
  const refresh = useRefresh();
  const enrol = useMutation({
    mutationFn: async () => {
      const asked = files.map(({ name: file, size, type }) => ({ name: file, size, type }));
      const { items } = await send<{ items: Upload[] }>('POST', '/enrolments', { name: name.trim(), files: asked });
      await Promise.all(items.map(({ url, headers }, index) => put(files[index]!, url, headers)));
    },
    onSuccess: () => {
      say(`${name.trim()} is being enrolled`);
      refresh();
      setName('');
      setFiles([]);
      onClose();
    },
  });
  return (
    <Ask title="Enrol somebody" open={open} onClose={onClose}>
      <TextField value={name} onChange={setName} className="field" autoFocus>
        <Label>Name</Label>
        <Input className="input" maxLength={200} dir="auto" />
      </TextField>
      <FileTrigger
        allowsMultiple
        acceptedFileTypes={['image/*', '.heic', '.heif']}
        onSelect={(list) => setFiles([...(list ?? [])])}
      >
        <Button>
          <ImagePlus size={16} aria-hidden />
          {files.length > 0 ? counted(files.length, 'portrait') : 'Choose portraits'}
        </Button>
      </FileTrigger>
      <p className="small muted">
        Three to ten photos with one face each, from several sides and in different light. Enrol only people who agreed.
      </p>
      {enrol.error && (
        <p role="alert" className="problem">
          {enrol.error.message}
        </p>
      )}
      <footer>
        <Button onPress={onClose}>Cancel</Button>
        <Button
          look="primary"
          isDisabled={!name.trim() || files.length === 0 || enrol.isPending}
          onPress={() => enrol.mutate()}
        >
          {enrol.isPending ? 'Uploading …' : 'Enrol'}
        </Button>
      </footer>
    </Ask>
  );
}
