export const FailedPage = () => <h1>FailedPage</h1>;
