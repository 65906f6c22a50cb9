for = 1
if = 2
in = 3
null = 4
false = 5
endif = 6
a = for.x
b = if
c = [x.for, for_each]
for {
}
