export const TrendsPage = () => <h1>TrendsPage</h1>;
