a = “text”
