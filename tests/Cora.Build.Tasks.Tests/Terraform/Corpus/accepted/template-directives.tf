a = "%{if a}1%{else}2%{endif}%{for x in y}3%{endfor}"
b = "%{ if a == "x" && b }1%{ endif }"
c = "%{ for k, v in { a = "}" } }${k}%{ endfor }"
d = "%{if a}%{if b}1%{else}2%{endif}%{else}%{for x in y}%{if x}3%{endif}%{endfor}%{endif}"
