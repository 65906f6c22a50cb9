a = (

1

+

2

)
b = f(

1
,

2

)
c = [

1

,

]
d = [for
x
in
y
:
x
if
x
]
e = {for
x
in
y
:
x
=>
x
...
}
f = "${

x

}"
g = ({
  a = 1
  b = 2
})
h = [{
  a = (
    1
  )
}]
