export const ExecutionsPage = () => <h1>ExecutionsPage</h1>;
