throw new Error('No models here.');
