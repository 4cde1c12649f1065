import { FolderUp, Upload } from 'lucide-react';
import type { ReactNode } from 'react';
import { type DirectoryDropItem, DropZone, type DropItem, FileTrigger } from 'react-aria-components';
import { Button, IconButton } from '../ui/controls.tsx';
import { complain } from '../ui/messages.tsx';
import { upload } from './uploads.ts';

const start = (files: readonly File[]) => {
  if (files.length > 0) upload(files).catch(complain);
};

/** A file dropped on the page is uploaded, and so are those of a folder, with the folder in their names. */
export const DropPhotos = ({ children }: { children: ReactNode }) => (
  <DropZone
    className="photos"
    aria-label="Drop photos"
    getDropOperation={() => 'copy'}
    onDrop={({ items }) => void filesOf(items).then(start, complain)}
  >
    {children}
    <span className="drop-hint" aria-hidden>
      Drop to upload
    </span>
  </DropZone>
);

async function filesOf(items: Iterable<DropItem> | AsyncIterable<DropItem>, folder = ''): Promise<File[]> {
  const files: File[] = [];
  for await (const item of items) {
    if (item.kind === 'file') files.push(named(await item.getFile(), folder + item.name));
    if (item.kind === 'directory')
      files.push(...(await filesOf((item as DirectoryDropItem).getEntries(), `${folder}${item.name}/`)));
  }
  return files.filter(({ name }) => !name.split('/').at(-1)!.startsWith('.'));
}

const named = (file: File, name: string) => (name === file.name ? file : new File([file], name, { type: file.type }));

export const UploadButtons = () => (
  <span className="row upload-buttons">
    <FileTrigger
      allowsMultiple
      acceptedFileTypes={['image/*', '.heic', '.heif']}
      onSelect={(list) => start([...(list ?? [])])}
    >
      <Button look="primary" small>
        <Upload size={15} aria-hidden /> Upload
      </Button>
    </FileTrigger>
    <FileTrigger acceptDirectory onSelect={(list) => start([...(list ?? [])])}>
      <IconButton label="Upload a folder" small>
        <FolderUp size={16} />
      </IconButton>
    </FileTrigger>
  </span>
);
