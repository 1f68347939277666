const list = document.getElementById('snippets');

const response = fetch('/api/v1/snippets').then((answer) => answer.json());
response
  .then(({ snippets }) => {
    list.replaceChildren(
      ...snippets.map(({ title, summary }) => {
        const item = document.createElement('li');
        item.textContent = `${title}: ${summary}`;
        return item;
      }),
    );
  })
  .catch(() => {
    list.textContent = 'The snippets could not be loaded.';
  });
