locals{a=1}
resource "a" "b"{c="d"}
resource "a" "c"{
d={e=1,f=[1,2,{g=3}]}
h=x?y:z
i={for k,v in m:k=>v...if v!=null}["x"]
}
