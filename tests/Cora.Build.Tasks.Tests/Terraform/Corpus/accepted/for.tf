a = [for x in y : x]
b = [for k, v in m : "${k}=${v}"]
c = [for x in y : x if x != ""]
d = { for k, v in m : k => v }
e = { for x in y : x.k => x... }
f = { for x in y : x.k => x.v... if x.ok }
g = [
  for x in y :
  x
  if x
]
h = {
  for x in y :
  x => x
}
i = [for x in [for y in z : y] : [for w in x : w]]
j = { for k, v in { a = 1 } : k => { v = v } }
k = [for x in a ? b : c : x]
l = flatten([for a in b : [for c in a : { d = c }]])
m = [for in in in : in]
n = {for s in toset(["a", "b"]) : upper(s) => s if length(s) > 0}
