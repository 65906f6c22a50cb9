a = `text`
